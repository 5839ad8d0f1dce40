import { type FtTreeOptions, ftTreeOptions } from './ft-tree-options.ts';
import { type TokenText, WILDCARD } from './token-text.ts';
import { createReferenceTokenizer } from './tokens.reference.ts';

/**
 * FT-Tree (Zhang et al., "Syslog Processing for Switch Failure Diagnosis and Prediction in
 * Datacenter Networks", IWQoS 2017), over strings, the slow and obvious way: the oracle of
 * `ft-tree.ts`.
 *
 * 1. *Entries* are the distinct masked texts, each with its lines. Two passes make templates
 *    of them. The first counts in how many lines each word occurs. The second inserts each
 *    entry into the tree of its type, which is its first word: its other words, the most
 *    frequent first (the alphabet decides on ties), each once. A node with more than `leafNum`
 *    branches, the type's own node too, is cut: words behind it become wildcards, and so
 *    they do where an entry with wildcards ends.
 * 2. Entries of fewer than `shortThreshold` words are templates as they stand.
 * 3. Online, a line whose masked text is remembered goes where it went before. Otherwise it
 *    joins the entry with its very words, or the one with the words that the learned tree
 *    leaves of it, or founds an entry.
 * 4. Before an entry is founded while there are `limit`, the tree is learned again: entries
 *    with the same template become one, with the smallest of their numbers; if there are more
 *    than `maxClusters`, those with the fewest lines are given up, the oldest first; the tree of
 *    what is left is the learned one; the limit is twice their number, `relearnAfter` at least.
 */
export interface ReferenceFtTree {
  /** Learns a message; returns its number. */
  learn(message: Uint8Array): number;
  /** Words of the template of a number; `undefined` when it was given up. */
  wordsOf(number: number): readonly TokenText[] | undefined;
}

/** An empty reference parser. */
export function createReferenceFtTree(options: Partial<FtTreeOptions> = {}): ReferenceFtTree {
  const { leafNum, shortThreshold, relearnAfter, maxClusters, memory: mostShapes, masks } = ftTreeOptions(options);
  const tokenize = createReferenceTokenizer(masks);
  let entries: Entry[] = [];
  const owners = new Map<number, Entry>();
  const memory = new Map<string, number>();
  let learned = (words: Words): Words => words;
  let limit = relearnAfter;
  let created = 0;

  /** What the tree of the entries leaves of a line's words. */
  const reducer = (): ((words: Words) => Words) => {
    const frequency = new Map<TokenText, number>();
    for (const { words, lines } of entries) {
      for (const word of new Set(words)) frequency.set(word, (frequency.get(word) ?? 0) + lines);
    }
    const pathOf = (words: Words): TokenText[] =>
      [...new Set(words.slice(1))]
        .filter((word) => word !== WILDCARD && word !== words[0])
        .sort((a, b) => (frequency.get(b) ?? 0) - (frequency.get(a) ?? 0) || (a < b ? -1 : 1));
    const types = new Map<TokenText, Node>();
    for (const { words } of entries) {
      const type = words[0];
      if (type === undefined || words.length < shortThreshold) continue;
      let node = types.get(type) ?? { branches: new Map(), cut: false };
      types.set(type, node);
      for (const word of pathOf(words)) {
        const next: Node = node.branches.get(word) ?? { branches: new Map(), cut: false };
        node.branches.set(word, next);
        node = next;
      }
      if (words.slice(1).includes(WILDCARD)) node.cut = true;
    }
    return (words) => {
      let node = types.get(words[0] ?? '');
      if (!node || words.length < shortThreshold) return words;
      const kept = new Set<TokenText>();
      for (const word of pathOf(words)) {
        if (node.cut || node.branches.size > leafNum) {
          return words.map((each, i) => (i === 0 || each === words[0] || kept.has(each) ? each : WILDCARD));
        }
        kept.add(word);
        node = node.branches.get(word);
        if (!node) return words;
      }
      return words;
    };
  };

  const relearn = (): void => {
    const reduce = reducer();
    const merged = new Map<string, Entry>();
    for (const entry of [...entries].sort((a, b) => a.number - b.number)) {
      const words = reduce(entry.words);
      const same = merged.get(words.join('\n'));
      if (same) same.lines += entry.lines;
      else merged.set(words.join('\n'), { number: entry.number, words, lines: entry.lines });
      for (const [number, owner] of owners) {
        if (owner === entry) owners.set(number, merged.get(words.join('\n')) ?? entry);
      }
    }
    const frequent = [...merged.values()].sort((a, b) => b.lines - a.lines || b.number - a.number);
    for (const gone of frequent.slice(maxClusters)) {
      for (const [number, owner] of owners) if (owner === gone) owners.delete(number);
    }
    entries = frequent.slice(0, maxClusters);
    learned = reducer();
    limit = Math.max(relearnAfter, 2 * entries.length);
  };

  return {
    learn: (message) => {
      const tokens = tokenize(message);
      const key = tokens.join('\n');
      const find = (words: Words): Entry | undefined =>
        entries.find((entry) => entry.words.join('\n') === words.join('\n') && entry.words.length === words.length);
      let entry = owners.get(memory.get(key) ?? -1);
      if (!entry) {
        entry = find(tokens) ?? find(learned(tokens));
        if (!entry) {
          if (entries.length >= limit) relearn();
          entry = { number: created++, words: tokens, lines: 0 };
          entries.push(entry);
          owners.set(entry.number, entry);
        }
        if (!memory.has(key) && memory.size >= mostShapes) memory.clear();
        memory.set(key, entry.number);
      }
      entry.lines++;
      return entry.number;
    },
    wordsOf: (number) => {
      const entry = owners.get(number);
      return entry && reducer()(entry.words);
    },
  };
}

// --- internal ---

type Words = readonly TokenText[];

interface Entry {
  readonly number: number;
  readonly words: Words;
  lines: number;
}

interface Node {
  readonly branches: Map<TokenText, Node>;
  cut: boolean;
}
