import type { MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_LITERAL, MAX_TOKENS } from './masks.ts';
import { WORD_WITH_DIGIT, WORD_WITHOUT_DIGIT, WORD_WITHOUT_DIGIT_BEFORE_BLANK } from './start-states.ts';
import { FIRST_MASK } from './token-text.ts';
import {
  assemble,
  block,
  branch,
  branchIf,
  type Code,
  i32,
  i64,
  type Local,
  loop,
  v128,
  when,
} from './wasm-assembler.ts';

/** Bytes of a batch that the scanner holds at a time. */
export const WINDOW_BYTES = 256 * 1024;

/** Where things stand in the scanner's memory. */
export interface ScannerLayout {
  readonly pages: number;
  /** Class of each byte. */
  readonly classes: number;
  /** 1 for classes that join names. */
  readonly joins: number;
  /** Shape (64 bits), number of masks, 1 where a rest was left out (32 bits each). */
  readonly found: number;
  /** Per token: hash (64 bits), start, end, start of the value after `=` (32 bits each). */
  readonly hashes: number;
  readonly starts: number;
  readonly ends: number;
  readonly values: number;
  /** Per mask: start, end (32 bits each), kind (8 bits). */
  readonly maskStarts: number;
  readonly maskEnds: number;
  readonly maskKinds: number;
  /** Kind of each accepting state (8 bits), transitions (32 bits). */
  readonly accepts: number;
  readonly next: number;
  /** First states (32 bits each). */
  readonly firstStates: number;
  /** One bit per byte of the window: whether it is a word byte, and whether it is a digit. */
  readonly words: number;
  readonly digits: number;
  readonly window: number;
}

/** The layout for an automaton. */
export function layoutFor(automaton: MaskAutomaton): ScannerLayout {
  let at = 16;
  const take = (bytes: number): number => {
    const start = at;
    at = (at + bytes + 15) & ~15;
    return start;
  };
  const layout = {
    classes: take(256),
    joins: take(256),
    found: take(16),
    hashes: take(8 * MAX_TOKENS),
    starts: take(4 * MAX_TOKENS),
    ends: take(4 * MAX_TOKENS),
    values: take(4 * MAX_TOKENS),
    maskStarts: take(4 * MAX_BYTES),
    maskEnds: take(4 * MAX_BYTES),
    maskKinds: take(MAX_BYTES),
    accepts: take(automaton.accepts.length),
    next: take(4 * automaton.next.length),
    firstStates: take(4 * automaton.starts.length),
    words: take(WINDOW_BYTES / 8 + 16),
    digits: take(WINDOW_BYTES / 8 + 16),
    // Loads of whole words may reach behind the last byte.
    window: take(WINDOW_BYTES + 32),
  };
  return { ...layout, pages: Math.ceil(at / 65_536) };
}

/** Multipliers of the hashes: odd numbers with bits all over. */
export const TOKEN_PRIME = 0x9e3779b97f4a7c15n;
export const LAST_PRIME = 0xd6e8feb86659fd93n;
export const SHAPE_PRIME = 0xc2b2ae3d27d4eb4fn;

/**
 * The scanner as a WebAssembly module with two functions:
 *
 * - `classify(length)` fills the word and digit bits of the first `length` bytes of the window,
 *   16 bytes at a time.
 * - `scan(at, end, delta)` scans the message between two addresses and returns the
 *   number of its tokens. Places are written plus `delta`.
 *
 * A token's hash takes in, one after the other, its runs of word bytes in pieces of
 * eight, its other bytes, and its masks; see `hashes.ts` for the same in TypeScript.
 */
export function assembleScanner(
  automaton: MaskAutomaton,
  layout: ScannerLayout,
  seed: bigint,
): Uint8Array<ArrayBuffer> {
  return assemble(
    [
      {
        name: 'classify',
        result: false,
        build: (f) => classify(f.parameter('i32'), f.local('i32'), f.local('v128'), layout),
      },
      {
        name: 'scan',
        result: true,
        build: (f) => {
          const int = (): Local => f.local('i32');
          const long = (): Local => f.local('i64');
          return scan(automaton, layout, seed, {
            at: f.parameter('i32'),
            end: f.parameter('i32'),
            delta: f.parameter('i32'),
            sign: f.local('i32'),
            word: f.local('i32'),
            runEnd: f.local('i32'),
            place: f.local('i32'),
            length: f.local('i32'),
            tokens: int(),
            masks: int(),
            cls: int(),
            before: int(),
            last: int(),
            state: int(),
            p: int(),
            matched: int(),
            matchedState: int(),
            literals: int(),
            value: int(),
            byte: int(),
            rest: int(),
            hash: long(),
            shape: long(),
            any: f.local('v128'),
          });
        },
      },
    ],
    layout.pages,
  );
}

// --- internal ---

const int = i32.const;
const AT_SIGN = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;

function classify(length: Local, i: Local, bytes: Local, layout: ScannerLayout): Code {
  const within = (value: Code, low: number, count: number): Code =>
    v128.lessUnsigned(v128.sub(value, v128.splat(low)), v128.splat(count));
  const folded = v128.or(bytes.get, v128.splat(0x20));
  // A byte from 0x80 on has its highest bit set already, which is the one that counts.
  const digits = within(bytes.get, 0x30, 10);
  const words = v128.or(v128.or(within(folded, 0x61, 26), digits), bytes.get);
  return loop((again) => [
    ...bytes.set(v128.load(i.get, layout.window)),
    ...i32.store16(i32.shr(i.get, int(3)), v128.bitmask(words), layout.words),
    ...i32.store16(i32.shr(i.get, int(3)), v128.bitmask(digits), layout.digits),
    ...branchIf(i32.lessThan(i.tee(i32.add(i.get, int(16))), length.get), again),
  ]);
}

interface ScanLocals {
  readonly at: Local;
  readonly end: Local;
  readonly delta: Local;
  /** What is known of the place, for the first state; see `start-states.ts`. */
  readonly sign: Local;
  readonly word: Local;
  /** End of the run of word bytes at `at`. */
  readonly runEnd: Local;
  /** Place in the window, and bits found there. */
  readonly place: Local;
  readonly length: Local;
  /** Tokens and masks so far. */
  readonly tokens: Local;
  readonly masks: Local;
  /** Class of the byte at `at`, of the one before it, and of the last one that the automaton took. */
  readonly cls: Local;
  readonly before: Local;
  readonly last: Local;
  readonly state: Local;
  readonly p: Local;
  /** End of the longest match so far, 0 for none, and the state there. */
  readonly matched: Local;
  readonly matchedState: Local;
  /** Of the token: bytes outside of masks, start of the value after its first `=`. */
  readonly literals: Local;
  readonly value: Local;
  readonly byte: Local;
  readonly rest: Local;
  readonly hash: Local;
  readonly shape: Local;
  readonly any: Local;
}

function scan(automaton: MaskAutomaton, layout: ScannerLayout, seed: bigint, v: ScanLocals): Code {
  const { wordClasses, blankClasses, firstAccepting } = automaton;
  const { at, end, delta, tokens, masks, cls, before, last, state, p } = v;
  const { matched, matchedState, literals, value, byte, rest, hash, shape } = v;
  const { sign, word, runEnd, place, length, any } = v;
  /** Stands for the end of the message. */
  const blank = int(wordClasses);

  const classAt = (place: Code): Code => i32.load8(i32.load8(place), layout.classes);
  const isWord = (c: Local): Code => i32.lessThan(c.get, int(wordClasses));
  const isBlank = (c: Local): Code =>
    i32.and(i32.atLeast(c.get, int(wordClasses)), i32.lessThan(c.get, int(blankClasses)));
  const increment = (local: Local): Code => local.set(i32.add(local.get, int(1)));
  const times4 = (local: Local): Code => i32.shl(local.get, int(2));
  const step = (from: Code): Code => i32.load(i32.shl(i32.add(from, cls.get), int(2)), layout.next);
  const mix = (item: Code): Code => [
    ...hash.set(i64.mul(i64.xor(hash.get, item), i64.const(TOKEN_PRIME))),
    ...hash.set(i64.xor(hash.get, i64.shr(hash.get, i64.const(32n)))),
  ];

  /** The bits of 57 or more bytes of the window from `place` on, in the low end of a word. */
  const bitsAt = (of: number): Code =>
    i64.shr(i64.load(i32.shr(place.get, int(3)), of), i64.fromI32(i32.and(place.get, int(7))));
  /** As many low bits as a number says, below 64. */
  const lowBits = (count: Code): Code => i64.xor(i64.shl(i64.const(-1n), i64.fromI32(count)), i64.const(-1n));

  const findRunEnd: Code = [
    ...runEnd.set(at.get),
    ...loop((again) => [
      ...place.set(i32.sub(runEnd.get, int(layout.window))),
      ...length.set(i32.fromI64(i64.trailingZeros(i64.xor(bitsAt(layout.words), i64.const(-1n))))),
      ...runEnd.set(i32.add(runEnd.get, length.get)),
      // As many bits as the word may hold: the run may go on.
      ...branchIf(i32.atLeast(length.get, int(57)), again),
    ]),
    ...when(i32.lessThan(end.get, runEnd.get), runEnd.set(end.get)),
  ];

  /** A run too long for one word of bits is taken to hold a digit. */
  const lookAtWord: Code = [
    ...when(i32.lessThan(i32.sub(runEnd.get, at.get), int(57)), [
      ...place.set(i32.sub(at.get, int(layout.window))),
      ...when(i64.eqz(i64.and(bitsAt(layout.digits), lowBits(i32.sub(runEnd.get, at.get)))), [
        ...last.set(blank),
        ...when(i32.lessThan(runEnd.get, end.get), last.set(classAt(runEnd.get))),
        ...word.set(i32.select(isBlank(last), int(WORD_WITHOUT_DIGIT_BEFORE_BLANK), int(WORD_WITHOUT_DIGIT))),
      ]),
    ]),
  ];

  const firstState: Code = i32.load(
    i32.shl(
      i32.add(i32.add(i32.shl(i32.load8(before.get, layout.joins), int(3)), i32.shl(word.get, int(1))), sign.get),
      int(2),
    ),
    layout.firstStates,
  );

  /** Follows the automaton from `at`; `cls` is the class of the byte at `p` meanwhile. */
  const match: Code = [
    ...matched.set(int(0)),
    ...word.set(int(WORD_WITH_DIGIT)),
    ...when(isWord(cls), [...findRunEnd, ...lookAtWord]),
    ...when(i32.atLeast(before.get, int(wordClasses)), [
      ...state.set(step(firstState)),
      ...when(state.get, [
        ...p.set(at.get),
        ...loop((again) => [
          ...last.set(cls.get),
          ...increment(p),
          ...cls.set(blank),
          ...when(i32.lessThan(p.get, end.get), cls.set(classAt(p.get))),
          ...when(i32.atLeast(state.get, int(firstAccepting)), [
            // Not between two word bytes.
            ...when(i32.or(i32.eqz(isWord(last)), i32.eqz(isWord(cls))), [
              ...matched.set(p.get),
              ...matchedState.set(state.get),
            ]),
          ]),
          ...when(i32.lessThan(p.get, end.get), branchIf(state.tee(step(state.get)), again)),
        ]),
      ]),
    ]),
  ];

  const takeMask: Code = [
    ...byte.set(i32.load8(matchedState.get, layout.accepts)),
    ...i32.store(times4(masks), i32.add(at.get, delta.get), layout.maskStarts),
    ...i32.store(times4(masks), i32.add(matched.get, delta.get), layout.maskEnds),
    ...i32.store8(masks.get, byte.get, layout.maskKinds),
    ...increment(masks),
    ...mix(i64.fromI32(i32.add(byte.get, int(FIRST_MASK)))),
    ...at.set(matched.get),
    ...before.set(classAt(i32.sub(at.get, int(1)))),
  ];

  const takeRun: Code = [
    ...literals.set(i32.add(literals.get, i32.sub(runEnd.get, at.get))),
    ...loop((again) => [
      ...when(
        i32.lessThan(i32.sub(runEnd.get, at.get), int(8)),
        [
          // What is left of the run, in the low end of a word.
          ...when(i32.lessThan(at.get, runEnd.get), [
            ...mix(i64.and(i64.load(at.get), lowBits(i32.shl(i32.sub(runEnd.get, at.get), int(3))))),
            ...at.set(runEnd.get),
          ]),
        ],
        [...mix(i64.load(at.get)), ...at.set(i32.add(at.get, int(8))), ...branch(again)],
      ),
    ]),
    ...before.set(int(0)),
  ];

  const takeByte: Code = [
    ...byte.set(i32.load8(at.get)),
    ...before.set(cls.get),
    ...increment(at),
    ...when(i32.eq(byte.get, int(0x3d)), when(i32.eqz(value.get), value.set(i32.add(at.get, delta.get)))),
    ...mix(i64.fromI32(byte.get)),
    ...increment(literals),
  ];

  const endToken: Code = [
    ...hash.set(i64.mul(hash.get, i64.const(LAST_PRIME))),
    ...hash.set(i64.xor(hash.get, i64.shr(hash.get, i64.const(29n)))),
    // Only wildcards have a low half of 0.
    ...when(i32.eqz(i32.fromI64(hash.get)), hash.set(i64.xor(hash.get, i64.const(1n)))),
    ...when(i32.lessThan(int(MAX_LITERAL), literals.get), hash.set(i64.const(0n))),
    ...writeToken(at.get),
  ];

  function writeToken(tokenEnd: Code): Code {
    return [
      ...i64.store(i32.shl(tokens.get, int(3)), hash.get, layout.hashes),
      ...i32.store(times4(tokens), i32.add(tokenEnd, delta.get), layout.ends),
      ...i32.store(times4(tokens), value.get, layout.values),
      ...increment(tokens),
      ...shape.set(i64.mul(i64.xor(shape.get, hash.get), i64.const(SHAPE_PRIME))),
      ...shape.set(i64.xor(shape.get, i64.shr(shape.get, i64.const(32n)))),
    ];
  }

  const beginToken: Code = [
    ...i32.store(times4(tokens), i32.add(at.get, delta.get), layout.starts),
    ...hash.set(i64.const(seed)),
    ...literals.set(int(0)),
    ...value.set(int(0)),
    ...before.set(blank),
  ];

  /** Sees at most 17 bytes behind the end, which may only make the choice a careful one. */
  const findSign: Code = [
    ...p.set(at.get),
    ...loop((again) => [
      ...any.set(
        v128.or(
          v128.or(any.get, v128.equal(v128.load(p.get), v128.splat(AT_SIGN))),
          v128.and(
            v128.and(
              v128.equal(v128.load(p.get), v128.splat(COLON)),
              v128.equal(v128.load(p.get, 1), v128.splat(SLASH)),
            ),
            v128.equal(v128.load(p.get, 2), v128.splat(SLASH)),
          ),
        ),
      ),
      ...branchIf(i32.lessThan(p.tee(i32.add(p.get, int(16))), end.get), again),
    ]),
    ...sign.set(v128.any(any.get)),
  ];

  return [
    ...findSign,
    ...shape.set(i64.const(seed)),
    ...block((done) =>
      loop((nextToken) => [
        ...loop((again) => [
          ...branchIf(i32.atLeast(at.get, end.get), done),
          ...cls.set(classAt(at.get)),
          ...when(isBlank(cls), [...increment(at), ...branch(again)]),
        ]),
        ...when(i32.eq(tokens.get, int(MAX_TOKENS - 1)), [...rest.set(int(1)), ...branch(done)]),
        ...beginToken,
        ...loop((again) => [
          ...match,
          ...when(matched.get, takeMask, [...cls.set(classAt(at.get)), ...when(isWord(cls), takeRun, takeByte)]),
          ...when(i32.lessThan(at.get, end.get), [
            ...cls.set(classAt(at.get)),
            ...branchIf(i32.eqz(isBlank(cls)), again),
          ]),
        ]),
        ...endToken,
        ...branch(nextToken),
      ]),
    ),
    ...i64.store(int(0), shape.get, layout.found),
    ...i32.store(int(0), masks.get, layout.found + 8),
    ...i32.store(int(0), rest.get, layout.found + 12),
    ...tokens.get,
  ];
}
