import { type SpellOptions, spellOptions } from './spell-options.ts';
import { type TokenText, WILDCARD } from './token-text.ts';
import { createReferenceTokenizer } from './tokens.reference.ts';
import { wordsOf } from './words.ts';

/**
 * Spell (Du and Li, "Spell: Streaming Parsing of System Event Logs", ICDM 2016; with
 * merging and splitting as in their TKDE article of 2019), over strings, the slow
 * and obvious way: the oracle of `spell.ts`.
 *
 * 1. A line whose masked text is remembered goes where it went before.
 * 2. Otherwise it joins the template with the longest common subsequence, if that is at
 *    least `tau` of the line's words; or if the template's constants all occur in the
 *    line in their order, are at least half of its words, and with wildcards are `tau` of
 *    them. On equal lengths the shorter template wins, then the older one. A line without
 *    constants joins the template without constants that has as many wildcards.
 * 3. A template that changed takes in the most similar one of which it has `tau` of both
 *    words in common.
 * 4. Lines of up to `splitForms` different masked texts in one template, each seen at least
 *    `splitCount` times, differ in words, not parameters: each is a template of its own.
 */
export interface ReferenceSpell {
  /** Learns a message; returns its number. */
  learn(message: Uint8Array): number;
  /** Number it would get, or -1. */
  match(message: Uint8Array): number;
  /** Words of the template of a number; `undefined` when it was evicted. */
  wordsOf(number: number): readonly TokenText[] | undefined;
}

/** An empty reference parser. */
export function createReferenceSpell(options: Partial<SpellOptions> = {}): ReferenceSpell {
  const { tau, splitForms, splitCount, maxClusters, memory: mostShapes, masks } = spellOptions(options);
  const tokenize = createReferenceTokenizer(masks);
  /** The least recently used first. */
  const clusters = new Set<Cluster>();
  const owners = new Map<number, Cluster>();
  const memory = new Map<string, number>();
  let created = 0;

  const best = (candidates: Iterable<Cluster>, fits: (cluster: Cluster, common: number) => boolean, words: Words) => {
    let found: { cluster: Cluster; common: number } | undefined;
    for (const cluster of candidates) {
      const common = commonPlaces(cluster.words, words).length;
      if (!fits(cluster, common)) continue;
      const better =
        !found ||
        common > found.common ||
        (common === found.common &&
          (cluster.words.length < found.cluster.words.length ||
            (cluster.words.length === found.cluster.words.length && cluster.number < found.cluster.number)));
      if (better) found = { cluster, common };
    }
    return found?.cluster;
  };

  const clusterFor = (words: Words): Cluster | undefined =>
    best(
      clusters,
      (cluster, common) => {
        const constants = cluster.words.filter(isConstant).length;
        if (!words.some(isConstant)) return constants === 0 && cluster.words.length === words.length;
        if (common >= tau * words.length) return true;
        return (
          common > 0 && common === constants && 2 * common >= words.length && cluster.words.length >= tau * words.length
        );
      },
      words,
    );

  /** The number of a line in its cluster. */
  const numberIn = (cluster: Cluster, words: Words): number => {
    const known = cluster.forms?.find((form) => form.words.join('\n') === words.join('\n'));
    if (known) return known.number;
    if (cluster.forms && cluster.forms.length < splitForms) {
      cluster.forms.push({ number: created, words, count: 0 });
      owners.set(created, cluster);
      return created++;
    }
    cluster.forms = undefined;
    return cluster.number;
  };

  const takeIn = (changed: Cluster): Cluster => {
    const other = best(
      [...clusters].filter((cluster) => cluster !== changed),
      (cluster, common) => common > 0 && common >= tau * Math.max(changed.words.length, cluster.words.length),
      changed.words,
    );
    if (!other) return changed;
    const [older, younger] = changed.number < other.number ? [changed, other] : [other, changed];
    older.words = inGeneral(older.words, younger.words);
    const forms = [...(older.forms ?? []), ...(younger.forms ?? [])];
    older.forms = older.forms && younger.forms && forms.length <= splitForms ? forms : undefined;
    for (const [number, owner] of owners) if (owner === younger) owners.set(number, older);
    clusters.delete(younger);
    return takeIn(older);
  };

  return {
    learn: (message) => {
      const tokens = tokenize(message);
      const key = tokens.join('\n');
      const words = wordsOf(tokens);
      let number = memory.get(key) ?? -1;
      let cluster = owners.get(number);
      if (!cluster) {
        cluster = clusterFor(words);
        if (cluster) {
          const before = cluster.words.join('\n');
          cluster.words = inGeneral(cluster.words, words);
          number = numberIn(cluster, words);
          if (cluster.words.join('\n') !== before) cluster = takeIn(cluster);
        } else {
          if (clusters.size >= maxClusters) evictOldest(clusters, owners);
          number = created++;
          cluster = { number, words, forms: [{ number, words, count: 0 }] };
          owners.set(number, cluster);
        }
        if (!memory.has(key) && memory.size >= mostShapes) memory.clear();
        memory.set(key, number);
      }
      clusters.delete(cluster);
      clusters.add(cluster);
      const form = cluster.forms?.find((each) => each.number === number);
      if (form) form.count++;
      return number;
    },
    match: (message) => {
      const tokens = tokenize(message);
      const words = wordsOf(tokens);
      const known = memory.get(tokens.join('\n')) ?? -1;
      if (owners.has(known)) return known;
      const cluster = clusterFor(words);
      const form = cluster?.forms?.find((each) => each.words.join('\n') === words.join('\n'));
      return form?.number ?? cluster?.number ?? -1;
    },
    wordsOf: (number) => {
      const cluster = owners.get(number);
      const forms = cluster?.forms ?? [];
      const split = forms.length > 1 && forms.every(({ count }) => count >= splitCount);
      return (split ? forms.find((form) => form.number === number)?.words : undefined) ?? cluster?.words;
    },
  };
}

// --- internal ---

type Words = readonly TokenText[];

interface Cluster {
  readonly number: number;
  words: Words;
  /** `undefined` once there were too many. */
  forms: { readonly number: number; readonly words: Words; count: number }[] | undefined;
}

const isConstant = (word: TokenText): boolean => word !== WILDCARD;

/** Places of a longest common subsequence, the one that `alignment.ts` names. */
function commonPlaces(a: Words, b: Words): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  const equal = (i: number, j: number): boolean => a[i] === b[j] && a[i] !== WILDCARD;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row) row[j] = equal(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const places: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (equal(i, j)) places.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return places;
}

function inGeneral(a: Words, b: Words): Words {
  if (a.length === b.length && a.every((word, i) => word === WILDCARD || word === b[i])) return a;
  const words: TokenText[] = [];
  let before: readonly [number, number] = [-1, -1];
  for (const place of [...commonPlaces(a, b), [a.length, b.length] as const]) {
    const gapA = place[0] - before[0] - 1;
    const gapB = place[1] - before[1] - 1;
    words.push(...new Array<TokenText>(gapA === gapB ? gapA : 1).fill(WILDCARD));
    words.push(...a.slice(place[0], place[0] + 1));
    before = place;
  }
  return words;
}

function evictOldest(clusters: Set<Cluster>, owners: Map<number, Cluster>): void {
  for (const oldest of clusters) {
    clusters.delete(oldest);
    for (const [number, owner] of owners) if (owner === oldest) owners.delete(number);
    return;
  }
}
