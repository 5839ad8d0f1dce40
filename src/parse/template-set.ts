import { contentId } from '../util/hash.ts';

/**
 * Templates of any number of runs or machines. It keeps every template that it was made
 * of, with its events by source, so that what it says is a function of their union: merging
 * sets in any order, grouped in any way, one of them any number of times, gives the same
 * templates, ids and counts.
 */
export interface TemplateSet {
  /** By text: how many events each source has of it. */
  readonly generators: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** A template of a set. */
export interface MergedTemplate {
  readonly id: string;
  readonly text: string;
  readonly count: number;
  /** Ids of templates that it covers. */
  readonly covers: readonly string[];
}

/**
 * The set of one run.
 *
 * @param source names the run or machine; unless told, what it found names it, so that
 * the same result twice counts once
 */
export function templateSet(
  templates: readonly { readonly text: string; readonly count: number }[],
  source: string = contentId(templates.flatMap(({ text, count }) => [text, count])),
): TemplateSet {
  const generators = new Map<string, Map<string, number>>();
  for (const { text, count } of templates) {
    const counts = generators.get(text) ?? new Map<string, number>();
    generators.set(text, counts.set(source, (counts.get(source) ?? 0) + count));
  }
  return { generators };
}

/** The union of sets; where two have counts of one source, the greater holds. */
export function mergeTemplateSets(...sets: readonly TemplateSet[]): TemplateSet {
  const generators = new Map<string, Map<string, number>>();
  for (const set of sets) {
    for (const [text, counts] of set.generators) {
      const all = generators.get(text) ?? new Map<string, number>();
      for (const [source, count] of counts) all.set(source, Math.max(count, all.get(source) ?? 0));
      generators.set(text, all);
    }
  }
  return { generators };
}

/**
 * The templates of a set: those that no other covers. One template covers another of as
 * many words when each of its words equals the other's or matches it with `<*>` standing
 * for anything. A template that several cover belongs to the one with the fewest
 * wildcards, then to the one with the smallest id.
 *
 * @returns in the order of their texts
 */
export function mergedTemplates({ generators }: TemplateSet): MergedTemplate[] {
  const all = [...generators].map(([text, counts]) => ({
    text,
    id: contentId([text]),
    words: text.split(' '),
    wildcards: text.split('<*>').length - 1,
    count: [...counts.values()].reduce((sum, count) => sum + count, 0),
  }));
  const byLength = new Map<number, typeof all>();
  for (const one of all) byLength.set(one.words.length, [...(byLength.get(one.words.length) ?? []), one]);
  const covering = (one: (typeof all)[number]): typeof all =>
    (byLength.get(one.words.length) ?? []).filter(
      (other) =>
        other !== one && covers(other.words, one.words) && (!covers(one.words, other.words) || other.id < one.id),
    );
  const owners = new Map(all.map((one) => [one, covering(one)]));
  const merged = new Map(all.filter((one) => owners.get(one)?.length === 0).map((one) => [one, [one]]));
  for (const [one, above] of owners) {
    const [owner] = above
      .filter((other) => merged.has(other))
      .sort((a, b) => a.wildcards - b.wildcards || (a.id < b.id ? -1 : 1));
    if (owner) merged.get(owner)?.push(one);
  }
  return [...merged]
    .map(([{ id, text }, members]) => ({
      id,
      text,
      count: members.reduce((sum, { count }) => sum + count, 0),
      covers: members
        .map((member) => member.id)
        .filter((member) => member !== id)
        .sort(),
    }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** The template of a set that an id leads to, also that of a template that another covers. */
export function resolveMerged(merged: readonly MergedTemplate[], id: string): MergedTemplate | undefined {
  return merged.find((template) => template.id === id) ?? merged.find((template) => template.covers.includes(id));
}

// --- internal ---

function covers(general: readonly string[], special: readonly string[]): boolean {
  return general.every((word, i) => matches(word, special[i] ?? ''));
}

/** Whether `word` is `pattern` with something in the place of each `<*>`. */
function matches(pattern: string, word: string): boolean {
  if (pattern === word || pattern === '<*>') return true;
  const parts = pattern.split('<*>');
  if (parts.length === 1) return false;
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (word.length < first.length + last.length || !word.startsWith(first) || !word.endsWith(last)) return false;
  const end = word.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = word.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
