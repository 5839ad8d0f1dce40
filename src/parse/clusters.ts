import type { Scanner } from './scanner.ts';
import { type TokenText, WILDCARD } from './token-text.ts';

/** A log group of Drain. */
export interface Cluster {
  /** Number within the run. */
  readonly number: number;
  /** Node of the tree it hangs from. */
  readonly leaf: number;
  /** Two halves of each token's hash; 0, 0 for a wildcard. */
  readonly hashes: Int32Array;
  readonly tokens: TokenText[];
  wildcards: number;
  count: number;
}

/**
 * The clusters of a parser: at most `capacity` at a time, in slots that are used again;
 * the least recently used gives way. The version of a leaf changes with every change
 * to its clusters, so that an answer found under a version holds while it stays.
 */
export interface Clusters {
  /** Slot of the best cluster of `leaf` for the scanned message, -1 if none is similar enough. */
  search(leaf: number, tokens: number): number;
  /** Slot of a new cluster made of the scanned message. */
  add(leaf: number, tokens: number, bytes: Uint8Array): number;
  /** Turns the positions where the scanned message differs into wildcards; says whether there were any. */
  generalise(slot: number, tokens: number): boolean;
  /** Marks a cluster as just used by `count` messages. */
  touch(slot: number, count: number): void;
  version(leaf: number): number;
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
  readonly clusters: readonly Omit<Cluster, 'hashes' | 'wildcards'>[];
  readonly evicted: number;
  readonly evictedCounts: readonly (readonly [tokens: number, count: number])[];
  readonly created: number;
}

/** No clusters yet. */
export function createClusters(scanner: Scanner, threshold: number, capacity: number): Clusters {
  const scanned = scanner.hashes;
  const slots: (Cluster | undefined)[] = [];
  const numbers = new Int32Array(capacity);
  const counts = new Float64Array(capacity);
  /** Doubly linked list of slots by use; `capacity` is its head and tail. */
  const newer = new Int32Array(capacity + 1).fill(capacity);
  const older = new Int32Array(capacity + 1).fill(capacity);
  const slotOf = new Map<number, number>();
  const leaves: (number[] | undefined)[] = [];
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
    versions[leaf] = versions[leaf]! + 1;
    changes++;
  };
  const unlink = (slot: number): void => {
    newer[older[slot]!] = newer[slot]!;
    older[newer[slot]!] = older[slot]!;
  };
  const linkNewest = (slot: number): void => {
    older[slot] = older[capacity]!;
    newer[slot] = capacity;
    newer[older[capacity]!] = slot;
    older[capacity] = slot;
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
    const slot = newer[capacity]!;
    const cluster = slots[slot];
    if (!cluster) throw new RangeError('the oldest cluster is missing');
    unlink(slot);
    slotOf.delete(cluster.number);
    const leaf = leaves[cluster.leaf] ?? [];
    leaf.splice(leaf.indexOf(slot), 1);
    change(cluster.leaf);
    const tokens = cluster.tokens.length;
    markGone(cluster.number, tokens);
    evictedCounts.set(tokens, (evictedCounts.get(tokens) ?? 0) + counts[slot]!);
    evicted++;
    return slot;
  };
  const place = (cluster: Cluster): number => {
    const slot = slots.length < capacity ? slots.length : evictOldest();
    slots[slot] = cluster;
    numbers[slot] = cluster.number;
    counts[slot] = cluster.count;
    slotOf.set(cluster.number, slot);
    const leaf = leaves[cluster.leaf];
    if (leaf) leaf.push(slot);
    else leaves[cluster.leaf] = [slot];
    linkNewest(slot);
    change(cluster.leaf);
    return slot;
  };

  return {
    search: (leaf, tokens) => {
      const candidates = leaves[leaf];
      if (candidates === undefined) return -1;
      let best = -1;
      let bestEqual = -1;
      let bestWildcards = -1;
      for (let c = 0; c < candidates.length; c++) {
        const slot = candidates[c]!;
        const cluster = slots[slot]!;
        const hashes = cluster.hashes;
        let equal = 0;
        for (let i = 0; i < tokens; i++) {
          const low = scanned[2 * i]!;
          if (hashes[2 * i] === low && hashes[2 * i + 1] === scanned[2 * i + 1] && low !== 0) equal++;
        }
        if (equal < bestEqual) continue;
        if (equal === bestEqual) {
          if (cluster.wildcards < bestWildcards) continue;
          if (cluster.wildcards === bestWildcards && numbers[slot]! > numbers[best]!) continue;
        }
        best = slot;
        bestEqual = equal;
        bestWildcards = cluster.wildcards;
      }
      return tokens === 0 || bestEqual / tokens >= threshold ? best : -1;
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
      return place({ number: created++, leaf, hashes, tokens: texts, wildcards, count: 0 });
    },
    generalise: (slot, tokens) => {
      const cluster = slots[slot]!;
      const { hashes } = cluster;
      const before = cluster.wildcards;
      for (let i = 0; i < tokens; i++) {
        const low = hashes[2 * i]!;
        if (low === 0 || (low === scanned[2 * i] && hashes[2 * i + 1] === scanned[2 * i + 1])) continue;
        hashes[2 * i] = 0;
        hashes[2 * i + 1] = 0;
        cluster.tokens[i] = WILDCARD;
        cluster.wildcards++;
      }
      if (cluster.wildcards === before) return false;
      change(cluster.leaf);
      return true;
    },
    touch: (slot, count) => {
      counts[slot] = counts[slot]! + count;
      if (older[capacity] === slot) return;
      unlink(slot);
      linkNewest(slot);
    },
    version: (leaf) => versions[leaf] ?? 0,
    numberAt: (slot) => numbers[slot]!,
    get: (number) => {
      const cluster = slots[slotOf.get(number) ?? -1];
      if (cluster) return current(cluster);
      return gone[number] ? gone[number]! - 1 : undefined;
    },
    byUse: () => {
      const all: Cluster[] = [];
      for (let slot = newer[capacity]!; slot !== capacity; slot = newer[slot]!) {
        const cluster = slots[slot];
        if (cluster) all.push(current(cluster));
      }
      return all;
    },
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
      for (const { number, leaf, tokens, count } of state.clusters) {
        const hashes = Int32Array.from(tokens.flatMap((token) => scanner.hashesOf(token)));
        const wildcards = tokens.filter((token) => token === WILDCARD).length;
        place({ number, leaf, hashes, tokens: [...tokens], wildcards, count });
      }
      evicted = state.evicted;
      for (const [tokens, count] of state.evictedCounts) evictedCounts.set(tokens, count);
      created = state.created;
    },
  };
}
