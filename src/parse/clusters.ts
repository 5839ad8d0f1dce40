import { createPostings, type Postings } from './postings.ts';
import type { Scanner } from './scanner.ts';
import { isWord, type TokenText, tokenOf, WILDCARD } from './token-text.ts';

/** A log group of Drain. */
export interface Cluster {
  /** Number within the run. */
  readonly number: number;
  /** Node of the tree it hangs from. */
  readonly leaf: number;
  /** Two halves of each token's hash; 0, 0 for a wildcard. */
  readonly hashes: Int32Array;
  readonly tokens: TokenText[];
  /** Places of the wildcards that stand for words of a text: a word gave way to another; see `isWord`. */
  words: ReadonlySet<number>;
  wildcards: number;
  count: number;
}

/**
 * The clusters of a parser: at most `capacity` at a time, in slots that are used again;
 * the least recently used gives way. The version of a slot changes with every change to
 * the leaf that its cluster hangs from, and no version comes twice: an answer found under
 * a version holds while it stays.
 */
export interface Clusters {
  /** Slot of the best cluster of `leaf` for the scanned message, -1 if none is similar enough. */
  search(leaf: number, tokens: number): number;
  /** Slot of a new cluster made of the scanned message. */
  add(leaf: number, tokens: number, bytes: Uint8Array): number;
  /** Turns the positions where the scanned message differs into wildcards; says whether there were any. */
  generalise(slot: number, tokens: number, bytes: Uint8Array): boolean;
  /** Marks a cluster as just used by `count` messages. */
  touch(slot: number, count: number): void;
  version(slot: number): number;
  /** Number of the cluster in a slot. */
  numberAt(slot: number): number;
  /** Cluster with a number, or how many tokens it had if it was evicted in this run. */
  get(number: number): Cluster | number | undefined;
  /** All clusters, the least recently used first. */
  byUse(): Cluster[];
  /** Grows with every change to any cluster but its count. */
  readonly changes: number;
  readonly created: number;
  readonly evicted: number;
  /** Messages of evicted clusters by their number of tokens. */
  readonly evictedCounts: ReadonlyMap<number, number>;
  restore(state: ClustersState): void;
}

/** What `restore` needs besides the tree. */
export interface ClustersState {
  /** In the order of use, the least recent first. */
  readonly clusters: readonly (Omit<Cluster, 'hashes' | 'wildcards' | 'words'> & {
    readonly words: Iterable<number>;
  })[];
  readonly evicted: number;
  readonly evictedCounts: readonly (readonly [tokens: number, count: number])[];
  readonly created: number;
}

/** The clusters under one node; from a certain number on with an index. */
interface Leaf {
  readonly slots: number[];
  postings: Postings | undefined;
}

const NO_WORDS: ReadonlySet<number> = new Set();

/** Clusters of a leaf that are simply compared one by one. */
const SMALL_LEAF = 24;

/** No clusters yet. */
export function createClusters(
  scanner: Scanner,
  threshold: number,
  capacity: number,
  protectedWords: readonly string[],
): Clusters {
  const guards = new Map(protectedWords.map((word) => scanner.hashesOf(tokenOf(word))));
  const scanned = scanner.hashes;
  const slots: (Cluster | undefined)[] = [];
  const numbers = new Int32Array(capacity);
  const counts = new Float64Array(capacity);
  const leafOf = new Int32Array(capacity);
  /** When each slot was used last, by a clock that counts uses. */
  const lastUse = new Float64Array(capacity);
  let clock = 0;
  /** Slots by their last use at a certain time, the least recently used at the end; those used since then do not count. */
  let longestUnused: number[] = [];
  let sortedAt = 0;
  const slotOf = new Map<number, number>();
  const leaves: (Leaf | undefined)[] = [];
  /** Place of each slot in its leaf. */
  const places = new Int32Array(capacity);
  /** The search that last looked at each slot. */
  const seen = new Int32Array(capacity);
  let searches = 0;
  let versions = new Int32Array(1024);
  /** Tokens of evicted numbers, plus one. */
  let gone = new Uint8Array(0);
  const evictedCounts = new Map<number, number>();
  let changes = 0;
  let created = 0;
  let evicted = 0;

  const change = (leaf: number): void => {
    while (leaf >= versions.length) {
      const wider = new Int32Array(versions.length * 2);
      wider.set(versions);
      versions = wider;
    }
    versions[leaf] = ++changes;
  };
  /** Slots in the order of their use, the least recent first. */
  const byUse = (): number[] => [...slots.keys()].sort((a, b) => lastUse[a]! - lastUse[b]!);
  const oldest = (): number => {
    for (;;) {
      const slot = longestUnused.pop();
      if (slot === undefined) {
        longestUnused = byUse().reverse();
        sortedAt = clock;
      } else if (lastUse[slot]! <= sortedAt) return slot;
    }
  };
  const current = (cluster: Cluster): Cluster => {
    cluster.count = counts[slotOf.get(cluster.number) ?? 0]!;
    return cluster;
  };
  const markGone = (number: number, tokens: number): void => {
    if (number >= gone.length) {
      const wider = new Uint8Array(Math.max(1024, (number + 1) * 2));
      wider.set(gone);
      gone = wider;
    }
    gone[number] = tokens + 1;
  };
  const evictOldest = (): number => {
    const slot = oldest();
    const cluster = slots[slot]!;
    slotOf.delete(cluster.number);
    leaveLeaf(cluster, slot);
    const tokens = cluster.tokens.length;
    markGone(cluster.number, tokens);
    evictedCounts.set(tokens, (evictedCounts.get(tokens) ?? 0) + counts[slot]!);
    evicted++;
    return slot;
  };
  const leaveLeaf = (cluster: Cluster, slot: number): void => {
    const leaf = leaves[cluster.leaf];
    if (!leaf) return;
    const last = leaf.slots.pop() ?? slot;
    if (last !== slot) {
      leaf.slots[places[slot]!] = last;
      places[last] = places[slot]!;
    }
    leaf.postings?.removeAll(slot, cluster.hashes);
    if (leaf.slots.length === 0) leaves[cluster.leaf] = undefined;
    change(cluster.leaf);
  };
  const joinLeaf = (cluster: Cluster, slot: number): void => {
    leaves[cluster.leaf] ??= { slots: [], postings: undefined };
    const leaf = leaves[cluster.leaf]!;
    places[slot] = leaf.slots.push(slot) - 1;
    if (leaf.postings) leaf.postings.add(slot, cluster.hashes);
    else if (leaf.slots.length > SMALL_LEAF) {
      leaf.postings = createPostings();
      for (const each of leaf.slots) leaf.postings.add(each, slots[each]!.hashes);
    }
    change(cluster.leaf);
  };
  const place = (cluster: Cluster): number => {
    const slot = slots.length < capacity ? slots.length : evictOldest();
    slots[slot] = cluster;
    numbers[slot] = cluster.number;
    leafOf[slot] = cluster.leaf;
    counts[slot] = cluster.count;
    slotOf.set(cluster.number, slot);
    joinLeaf(cluster, slot);
    lastUse[slot] = ++clock;
    return slot;
  };

  // The best cluster so far of the search that is going on.
  let best = -1;
  let bestEqual = -1;
  let bestWildcards = -1;
  const compare = (slot: number, tokens: number): void => {
    const { hashes, wildcards } = slots[slot]!;
    let equal = 0;
    for (let i = 0; i < 2 * tokens; i += 2) {
      const low = scanned[i]!;
      if (hashes[i] === low && hashes[i + 1] === scanned[i + 1] && low !== 0) equal++;
    }
    if (equal < bestEqual || (guards.size > 0 && hidesGuarded(hashes, tokens))) return;
    if (equal === bestEqual) {
      if (wildcards < bestWildcards) return;
      if (wildcards === bestWildcards && numbers[slot]! > numbers[best]!) return;
    }
    best = slot;
    bestEqual = equal;
    bestWildcards = wildcards;
  };
  /** Whether a protected word would become a wildcard. */
  const hidesGuarded = (hashes: Int32Array, tokens: number): boolean => {
    for (let i = 0; i < 2 * tokens; i += 2) {
      if (hashes[i] === scanned[i] && hashes[i + 1] === scanned[i + 1]) continue;
      if (guards.get(hashes[i]!) === hashes[i + 1] || guards.get(scanned[i]!) === scanned[i + 1]) return true;
    }
    return false;
  };
  /** Equal tokens from which a message of so many tokens joins. */
  const leastEqual = (tokens: number): number => {
    let equal = Math.max(0, Math.floor(threshold * tokens) - 1);
    while (equal < tokens && equal / tokens < threshold) equal++;
    return equal;
  };

  return {
    search: (node, tokens) => {
      const leaf = leaves[node];
      if (leaf === undefined) return -1;
      best = -1;
      bestEqual = -1;
      bestWildcards = -1;
      const least = leaf.postings === undefined ? 0 : leastEqual(tokens);
      if (least === 0 || leaf.postings === undefined) {
        for (let i = 0; i < leaf.slots.length; i++) compare(leaf.slots[i]!, tokens);
      } else {
        searches = (searches + 1) | 0;
        for (const list of leaf.postings.candidates(scanned, tokens, least)) {
          for (let i = 0; i < list.length; i++) {
            const slot = list[i]!;
            if (seen[slot] === searches) continue;
            seen[slot] = searches;
            compare(slot, tokens);
          }
        }
      }
      return best >= 0 && (tokens === 0 || bestEqual / tokens >= threshold) ? best : -1;
    },
    add: (leaf, tokens, bytes) => {
      const hashes = new Int32Array(2 * tokens);
      const texts: TokenText[] = [];
      let wildcards = 0;
      for (let i = 0; i < tokens; i++) {
        hashes[2 * i] = scanned[2 * i]!;
        hashes[2 * i + 1] = scanned[2 * i + 1]!;
        if (scanned[2 * i] === 0) wildcards++;
        texts.push(scanner.textOf(bytes, i));
      }
      return place({ number: created++, leaf, hashes, tokens: texts, words: NO_WORDS, wildcards, count: 0 });
    },
    generalise: (slot, tokens, bytes) => {
      const cluster = slots[slot]!;
      const { hashes } = cluster;
      const before = cluster.wildcards;
      for (let i = 0; i < tokens; i++) {
        const low = hashes[2 * i]!;
        if (low === 0 || (low === scanned[2 * i] && hashes[2 * i + 1] === scanned[2 * i + 1])) continue;
        leaves[cluster.leaf]?.postings?.remove(slot, i, low);
        hashes[2 * i] = 0;
        hashes[2 * i + 1] = 0;
        if (isWord(cluster.tokens[i] ?? WILDCARD) && isWord(scanner.textOf(bytes, i))) {
          cluster.words = new Set(cluster.words).add(i);
        }
        cluster.tokens[i] = WILDCARD;
        cluster.wildcards++;
      }
      if (cluster.wildcards === before) return false;
      change(cluster.leaf);
      return true;
    },
    touch: (slot, count) => {
      counts[slot] = counts[slot]! + count;
      lastUse[slot] = ++clock;
    },
    version: (slot) => versions[leafOf[slot]!]!,
    numberAt: (slot) => numbers[slot]!,
    get: (number) => {
      const cluster = slots[slotOf.get(number) ?? -1];
      if (cluster) return current(cluster);
      return gone[number] ? gone[number]! - 1 : undefined;
    },
    byUse: () => byUse().map((slot) => current(slots[slot]!)),
    get changes() {
      return changes;
    },
    get created() {
      return created;
    },
    get evicted() {
      return evicted;
    },
    evictedCounts,
    restore: (state) => {
      for (const { number, leaf, tokens, words, count } of state.clusters) {
        const hashes = Int32Array.from(tokens.flatMap((token) => scanner.hashesOf(token)));
        const wildcards = tokens.filter((token) => token === WILDCARD).length;
        place({ number, leaf, hashes, tokens: [...tokens], words: new Set(words), wildcards, count });
      }
      evicted = state.evicted;
      for (const [tokens, count] of state.evictedCounts) evictedCounts.set(tokens, count);
      created = state.created;
    },
  };
}
