import type { EntityKind, EntityTable, RecordBatch, Strings } from '../types.ts';
import { createByteIndex } from '../util/byte-index.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import type { Scanner } from './scanner.ts';

/** Finds who and what messages are about. */
export interface EntityFinder {
  /**
   * Numbers in the entity table of row `row`, whose message was just scanned into
   * `tokens` tokens, each once: its host, its process, what the record names in fields of
   * its own, addresses (IP masks), users.
   * They stand in `found[0 .. count)`, and the count is returned.
   */
  find(batch: RecordBatch, row: number, tokens: number): number;
  readonly found: Int32Array;
}

/** Entities of one message at most. */
export const MAX_ENTITIES = 64;

/**
 * A finder over what a scanner finds. Users are recognised by the words around them:
 * `user X`, `for X from`, `for X by Y`, `by X(uid=0)`, `user=X` and its relatives,
 * sudo's `X : TTY=`, cron's `(X) CMD`.
 */
export function createEntityFinder(scanner: Scanner, table: EntityTable): EntityFinder {
  const { hashes, tokenStart, tokenEnd, valueStart, maskKind, maskStart, maskEnd } = scanner;
  const { kinds } = scanner.automaton;
  const ip = kinds.indexOf('IP');
  const isAddress = Uint8Array.from(kinds, (kind) => (kind === 'IP' || kind === 'MAC' ? 1 : 0));
  const found = new Int32Array(MAX_ENTITIES);
  const addressOf = createNaming('address', table);
  const userOf = createNaming('user', table);
  const words = createWords(scanner);
  let strings: Strings | undefined;
  /** Of the names in `strings`. */
  let hosts: number[] = [];
  /** By program, then by process id. */
  let processes: Map<number, number>[] = [];
  let count = 0;

  const add = (entity: number): void => {
    for (let i = 0; i < count; i++) if (found[i] === entity) return;
    if (count < MAX_ENTITIES) found[count++] = entity;
  };

  /** `DHCPREQUEST for 10.0.0.1 from ...` is about no user. */
  const addressAt = (from: number, to: number): boolean => {
    const masks = scanner.found[2]!;
    for (let mask = 0; mask < masks; mask++) {
      if (isAddress[maskKind[mask]!] === 1 && maskStart[mask]! <= from && maskEnd[mask]! >= to) return true;
    }
    return false;
  };

  /** Adds the user named in `bytes[from, to)`, without quotes, brackets and what follows them. */
  const addUser = (bytes: Uint8Array, from: number, to: number): void => {
    let start = from;
    while (start < to && OPENING[bytes[start]!] === 1) start++;
    let end = start;
    while (end < to && ENDING[bytes[end]!] === 0) end++;
    while (end > start && (bytes[end - 1] === DOT || bytes[end - 1] === COLON)) end--;
    if (end > start && end - start <= LONGEST_USER && !addressAt(start, end)) add(userOf(bytes, start, end));
  };

  const wordAt = (token: number): number => words.meaning(hashes[2 * token]!, hashes[2 * token + 1]!);

  const usersAround = (bytes: Uint8Array, token: number, meaning: number, tokens: number): void => {
    if (meaning === TTY) {
      if (tokens > 2 && wordAt(1) === LONE_COLON) addUser(bytes, tokenStart[0]!, tokenEnd[0]!);
      return;
    }
    if (meaning === CMD) {
      if (token === 1 && bytes[tokenStart[0]!] === ROUND) addUser(bytes, tokenStart[0]!, tokenEnd[0]!);
      return;
    }
    const next = token + 1;
    if (next >= tokens || (wordAt(next) & STOP) !== 0) return;
    if (meaning === TITLE) {
      const named = next + 1 < tokens && (wordAt(next + 1) & (VERB | ENDS_NAME)) !== 0;
      if (named) addUser(bytes, tokenStart[next]!, tokenEnd[next]!);
    } else if (meaning === USER) {
      // `new user: name=alice, ...`, but `user alice(uid=1000)`
      const named = valueStart[next] !== 0 && !words.isUid(keyPart(bytes, next));
      addUser(bytes, named ? valueStart[next]! : tokenStart[next]!, tokenEnd[next]!);
    } else if (meaning === FOR && next + 1 < tokens) {
      const after = wordAt(next + 1);
      if ((after & ENDS_NAME) === 0 || wordAt(next) !== 0) return;
      addUser(bytes, tokenStart[next]!, tokenEnd[next]!);
      if ((after & BY) !== 0 && next + 2 < tokens) addUser(bytes, tokenStart[next + 2]!, tokenEnd[next + 2]!);
    } else if ((meaning & BY) !== 0 && words.isUid(keyPart(bytes, next))) {
      addUser(bytes, tokenStart[next]!, tokenEnd[next]!);
    }
  };

  /** Whether token `token` is like `alice(uid=0)`: what stands before its `=` ends in `(uid`. */
  const keyPart = (bytes: Uint8Array, token: number): number => {
    const end = valueStart[token]! - 1;
    if (end < tokenStart[token]! + 5) return 0;
    return (bytes[end - 4]! << 24) | (bytes[end - 3]! << 16) | (bytes[end - 2]! << 8) | bytes[end - 1]!;
  };

  const process = (app: number, pid: number, batch: RecordBatch): number => {
    processes[app] ??= new Map();
    const ofApp = processes[app]!;
    const known = ofApp.get(pid);
    if (known !== undefined) return known;
    const name = batch.strings.value(app);
    const entity = table.intern('process', pid < 0 ? name : `${name}[${pid}]`);
    ofApp.set(pid, entity);
    return entity;
  };

  return {
    found,
    find: (batch, row, tokens) => {
      count = 0;
      if (batch.strings !== strings) {
        strings = batch.strings;
        hosts = [];
        processes = [];
      }
      const host = batch.host[row]!;
      const app = batch.app[row]!;
      if (host >= 0) {
        hosts[host] ??= table.intern('host', batch.strings.value(host));
        add(hosts[host]!);
      }
      if (app >= 0) add(process(app, batch.pid[row]!, batch));
      if (batch.entities) {
        const { offsets, kinds, values } = batch.entities;
        for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
          add(table.intern(kinds[i]!, batch.strings.value(values[i]!)));
        }
      }
      const masks = scanner.found[2]!;
      const { bytes } = batch;
      for (let mask = 0; mask < masks; mask++) {
        if (maskKind[mask] === ip) add(addressOf(bytes, maskStart[mask]!, maskEnd[mask]!));
      }
      for (let token = 0; token < tokens; token++) {
        if (valueStart[token] !== 0) {
          const meaning = words.keyMeaning(bytes, tokenStart[token]!, valueStart[token]! - 1);
          if (meaning === USER) addUser(bytes, valueStart[token]!, tokenEnd[token]!);
          else if (meaning === TTY) usersAround(bytes, token, TTY, tokens);
        } else {
          const meaning = words.meaning(hashes[2 * token]!, hashes[2 * token + 1]!);
          if (meaning !== 0) usersAround(bytes, token, meaning, tokens);
        }
      }
      return count;
    },
  };
}

// --- internal ---

/** Entities of one kind by the bytes of their names. */
function createNaming(kind: EntityKind, table: EntityTable) {
  const names = createByteIndex();
  const entities: number[] = [];
  return (bytes: Uint8Array, start: number, end: number): number => {
    const name = names.intern(bytes, start, end);
    entities[name] ??= table.intern(kind, names.text(name));
    return entities[name]!;
  };
}

const DOT = 0x2e;
const COLON = 0x3a;
const ROUND = 0x28;
const LONGEST_USER = 64;
const LONGEST_KEY = 8;

// Meanings of words; STOP and ENDS_NAME may come together with others.
const USER = 1;
const FOR = 2;
const BY = 4;
const CMD = 8;
const LONE_COLON = 16;
const TTY = 32;
/** Never a name itself. */
const STOP = 64;
/** Follows a name after `for`. */
const ENDS_NAME = 128;
/** `User alice from ...` is a name, `User Manager for UID 1000` a title. */
const TITLE = 256;
const VERB = 512;

const WORDS: readonly (readonly [meaning: number, words: string])[] = [
  [USER, 'user USER username user:'],
  [TITLE, 'User'],
  [FOR, 'for'],
  [BY | STOP | ENDS_NAME, 'by'],
  [STOP | ENDS_NAME, 'from [preauth]'],
  [CMD, 'CMD'],
  [LONE_COLON, ':'],
  [
    STOP,
    'is was has had not does do did at on in to of with and or the a an as name unknown logged failed error NOT child',
  ],
];

const KEYS: readonly (readonly [meaning: number, keys: string])[] = [
  [USER, 'user USER User ruser acct username userName login luser'],
  [TTY, 'TTY'],
];

const OPENING = flags('"\'([<{`=');
const ENDING = flags('"\')]>},;(`[ ');

function flags(letters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const letter of letters) table[letter.charCodeAt(0)] = 1;
  return table;
}

/** FNV-1a over letters of either kind of key; keys are few and known, so collisions would show. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

/** What words mean, by their hashes: one look into a small table tells that most mean nothing. */
function createWords(scanner: Scanner) {
  const byHash = new Map<number, readonly [b: number, meaning: number]>();
  const keyMeanings = new Map<number, number>();
  const maybe = new Uint8Array(4096);
  for (const [meaning, words] of WORDS) {
    for (const word of words.split(' ')) {
      const [a, b] = scanner.hashesOf(word);
      byHash.set(a, [b, meaning]);
      maybe[a & 4095] = 1;
    }
  }
  for (const [meaning, keys] of KEYS) {
    for (const key of keys.split(' ')) keyMeanings.set(hashOf(encodeUtf8(key), 0, key.length), meaning);
  }
  const uid = (0x28 << 24) | (0x75 << 16) | (0x69 << 8) | 0x64;
  return {
    meaning: (a: number, b: number): number => {
      if (maybe[a & 4095] === 0) return 0;
      const entry = byHash.get(a);
      return entry !== undefined && entry[0] === b ? entry[1] : 0;
    },
    keyMeaning: (bytes: Uint8Array, start: number, end: number): number =>
      end - start > LONGEST_KEY ? 0 : (keyMeanings.get(hashOf(bytes, start, end)) ?? 0),
    isUid: (lastFour: number): boolean => lastFour === uid,
  };
}
