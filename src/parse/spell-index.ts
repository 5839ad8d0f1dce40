/**
 * Finds the few templates that may have enough words in common with a line. A word that
 * occurs for the second time counts as another word, so that templates and lines are sets.
 */
export interface SpellIndex {
  add(slot: number, words: Int32Array): void;
  remove(slot: number, words: Int32Array): void;
  /**
   * Slots that may share at least `least` (1 or more) words with the line, whatever their
   * order, the likeliest first.
   */
  candidates(words: Int32Array, least: number): readonly number[];
  /** How many words a slot of the last answer shares with the line at most. */
  shared(slot: number): number;
  /** A template of which every constant is in the line, in order; -1 where the tree knows none at once. */
  subsequence(words: Int32Array): number;
}

/** An empty index for slots below `capacity`. */
export function createSpellIndex(capacity: number): SpellIndex {
  const lists = new Map<number, number[]>();
  const tree = createPrefixTree();
  /** Shared words of each slot in `slots`, 0 of all others. */
  const counts = new Int32Array(capacity);
  const slots: number[] = [];
  const ranked: number[] = [];

  /** Each constant with how often it occurred before, as one number. */
  const rank = (words: Int32Array): number[] => {
    ranked.length = 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      if (word === 0) continue;
      let before = 0;
      for (let j = 0; j < i; j++) if (words[j] === word) before++;
      ranked.push(word * MOST_OCCURRENCES + before);
    }
    return ranked;
  };

  return {
    shared: (slot) => counts[slot]!,
    subsequence: tree.find,
    add: (slot, words) => {
      for (const key of rank(words)) {
        const list = lists.get(key);
        if (list) list.push(slot);
        else lists.set(key, [slot]);
      }
      tree.add(slot, words);
    },
    remove: (slot, words) => {
      for (const key of rank(words)) {
        const list = lists.get(key);
        const at = list?.indexOf(slot) ?? -1;
        if (!list || at < 0) continue;
        list[at] = list[list.length - 1]!;
        list.pop();
        if (list.length === 0) lists.delete(key);
      }
      tree.remove(slot, words);
    },
    candidates: (words, least) => {
      for (const slot of slots) counts[slot] = 0;
      slots.length = 0;
      const found: (readonly number[])[] = [];
      for (const key of rank(words)) {
        const list = lists.get(key);
        if (list) found.push(list);
      }
      // Whoever shares `least` words is in one of all but the `least - 1` longest lists.
      found.sort(byLength);
      const first = found.length - least + 1;
      for (let at = 0; at < first; at++) {
        for (const slot of found[at]!) {
          if (counts[slot] === 0) slots.push(slot);
          counts[slot] = counts[slot]! + 1;
        }
      }
      const rest = least - 1;
      if (slots.length <= FEW) for (const slot of slots) counts[slot] = counts[slot]! + rest;
      else {
        for (let at = first; at < found.length; at++) {
          for (const slot of found[at]!) if (counts[slot] !== 0) counts[slot] = counts[slot]! + 1;
        }
      }
      return slots.filter((slot) => counts[slot]! >= least).sort((a, b) => counts[b]! - counts[a]!);
    },
  };
}

// --- internal ---

/** More than there are words in a line. */
const MOST_OCCURRENCES = 512;
/** Candidates that are looked at sooner than the long lists of small words are counted. */
const FEW = 4;

const byLength = (a: readonly number[], b: readonly number[]): number => a.length - b.length;

/**
 * Templates by their first constants in order, with those that end alike in one list. All
 * edges stand in one map: node and word lead to a node.
 */
function createPrefixTree() {
  const edges = new Map<number, number>();
  const templates: { readonly slot: number; readonly words: Int32Array }[][] = [[]];
  /** How many templates pass through each node. */
  const uses: number[] = [0];
  const free: number[] = [];
  /** Nodes on the way of `words`, made where need be. */
  const walk = (words: Int32Array, visit: (key: number, node: number) => void): number => {
    let node = 0;
    let depth = 0;
    for (const word of words) {
      if (word === 0) continue;
      const key = node * MOST_WORDS + word;
      let child = edges.get(key);
      if (child === undefined) {
        child = free.pop() ?? templates.length;
        templates[child] = [];
        uses[child] = 0;
        edges.set(key, child);
      }
      visit(key, child);
      node = child;
      if (++depth === PREFIX) break;
    }
    return node;
  };
  const enter = (_: number, node: number): void => {
    uses[node] = uses[node]! + 1;
  };
  const leave = (key: number, node: number): void => {
    uses[node] = uses[node]! - 1;
    if (uses[node] === 0) {
      edges.delete(key);
      free.push(node);
    }
  };
  return {
    add: (slot: number, words: Int32Array): void => {
      templates[walk(words, enter)]!.push({ slot, words });
    },
    remove: (slot: number, words: Int32Array): void => {
      const list = templates[walk(words, leave)]!;
      const at = list.findIndex((template) => template.slot === slot);
      if (at >= 0) list.splice(at, 1);
    },
    find: (words: Int32Array): number => {
      let node = 0;
      for (let i = 0, depth = 0; i < words.length && depth < PREFIX; i++) {
        const word = words[i]!;
        const child = word === 0 ? undefined : edges.get(node * MOST_WORDS + word);
        if (child === undefined) continue;
        node = child;
        depth++;
      }
      const list = templates[node]!;
      for (let i = 0; i < list.length && i < FEW; i++) {
        if (isSubsequence(list[i]!.words, words)) return list[i]!.slot;
      }
      return -1;
    },
  };
}

/** Whether all constants of a template are in a line, in their order. */
function isSubsequence(template: Int32Array, line: Int32Array): boolean {
  let at = 0;
  for (let i = 0; i < template.length; i++) {
    const word = template[i]!;
    if (word === 0) continue;
    while (at < line.length && line[at] !== word) at++;
    if (at++ === line.length) return false;
  }
  return true;
}

/** Constants that the tree goes by. */
const PREFIX = 3;
/** More words than a table ever has. */
const MOST_WORDS = 2 ** 26;
