import type { FtTreeOptions } from './ft-tree-options.ts';
import type { WordTable } from './words.ts';

/** A distinct masked text, or what the tree left of many. */
export interface FtEntry {
  readonly number: number;
  readonly words: Int32Array;
  lines: number;
  /** Lines it had when the tree was learned, 0 where it came later. */
  readonly learned: number;
}

/** Trees that were learned from entries. */
export interface FtTree {
  /** Words in the order of their frequency, with the lines they occur in. */
  readonly frequencies: readonly (readonly [word: number, lines: number])[];
  /** What the tree leaves of a line's words: 0 in the place of parameters; the same array where it leaves all. */
  reduce(words: Int32Array): Int32Array;
}

/** Learns from entries in two passes, as `ft-tree.reference.ts` says. */
export function learnFtTree(entries: Iterable<FtEntry>, table: WordTable, options: FtTreeOptions): FtTree {
  const { leafNum, shortThreshold } = options;
  const all = [...entries];
  const lines = new Float64Array(table.size);
  for (const entry of all) {
    entry.words.forEach((word, i, words) => {
      if (word !== 0 && words.indexOf(word) === i) lines[word] = lines[word]! + entry.lines;
    });
  }
  const order: number[] = [];
  lines.forEach((count, word) => {
    if (count > 0) order.push(word);
  });
  order.sort((a, b) => lines[b]! - lines[a]! || (table.text(a) < table.text(b) ? -1 : 1));
  const ranks = new Int32Array(table.size).fill(UNRANKED);
  order.forEach((word, rank) => {
    ranks[word] = rank;
  });

  const path: number[] = [];
  /** Ranks of the words behind the type, each once, sorted; unknown words come last. */
  const pathOf = (words: Int32Array): readonly number[] => {
    path.length = 0;
    for (let i = 1; i < words.length; i++) {
      const word = words[i]!;
      if (word === 0 || word === words[0]) continue;
      const rank = ranks[word] ?? UNRANKED;
      let at = path.length;
      while (at > 0 && path[at - 1]! > rank) at--;
      if (rank === UNRANKED || path[at - 1] !== rank) path.splice(at, 0, rank);
    }
    return path;
  };

  const types = new Map<number, Node>();
  for (const { words } of all) {
    const type = words[0];
    if (type === undefined || words.length < shortThreshold) continue;
    let node = branch(types, type);
    for (const rank of pathOf(words)) node = branch(node.branches, rank);
    if (words.indexOf(0, 1) > 0) node.cut = true;
  }

  return {
    frequencies: order.map((word) => [word, lines[word]!] as const),
    reduce: (words) => {
      const type = words[0];
      let node = type === undefined || words.length < shortThreshold ? undefined : types.get(type);
      if (!node) return words;
      const ranked = pathOf(words);
      for (let at = 0; at < ranked.length; at++) {
        if (node.cut || node.branches.size > leafNum) return without(words, ranks, ranked[at]!);
        const next: Node | undefined = node.branches.get(ranked[at]!);
        if (!next) return words;
        node = next;
      }
      return words;
    },
  };
}

// --- internal ---

const UNRANKED = 0x7fffffff;

interface Node {
  /** By the rank of the word. */
  readonly branches: Map<number, Node>;
  /** A template ends here, whatever follows. */
  cut: boolean;
}

function branch(branches: Map<number, Node>, key: number): Node {
  let node = branches.get(key);
  if (!node) {
    node = { branches: new Map(), cut: false };
    branches.set(key, node);
  }
  return node;
}

/** `words` with wildcards for those of this rank and behind it, the type excepted. */
function without(words: Int32Array, ranks: Int32Array, rank: number): Int32Array {
  const type = words[0]!;
  return words.map((word) => (word === type || (ranks[word] ?? UNRANKED) < rank ? word : 0));
}
