import type { Parser } from '../parse/index.ts';
import { similarTemplates, templateSimilarity } from '../parse/template-similarity.ts';
import type { SequenceSet, Template } from '../types.ts';
import type { Ingested } from './ingest.ts';

/** What became of one template of a log that is judged by a model of another. */
export interface TemplateMapping {
  /** Public id in this log. */
  readonly id: string;
  readonly text: string;
  /** Events of it. */
  readonly events: number;
  /** `known`: the model learned this template. `mapped`: it stands for the most similar one. `new`: none is similar enough. */
  readonly state: 'known' | 'mapped' | 'new';
  /** The learned key: the one it goes by, of a new one the most similar. */
  readonly key?: string;
  /** Text of that key when the model learned it. */
  readonly learned?: string;
  /** Of the two texts, from 0 to 1; see `templateSimilarity`. */
  readonly similarity: number;
}

/** A log in the words of a model of another. */
export interface MappedLog {
  /** What was not learned first, then the most frequent. */
  readonly templates: readonly TemplateMapping[];
  /** The sequences with learned keys in the place of mapped ones. */
  readonly sequences: SequenceSet;
}

/**
 * The templates that a model learned, as they were then.
 *
 * @param parser as it was saved; it forgets nothing here, but what it learns later changes them
 */
export function learnedTemplates(parser: Parser, vocabulary: readonly string[]): Template[] {
  return vocabulary.flatMap((key) => {
    const template = parser.resolve(key);
    return template ? [{ ...template, id: key }] : [];
  });
}

/**
 * Lets each template of a log that the model never saw go by the most similar one that it
 * learned, where that is similar enough. Of several as similar it is the most frequent.
 *
 * @param threshold least similarity, above 0 and at most 1
 */
export function mapTemplates(
  { events, sequences, template }: Pick<Ingested, 'events' | 'sequences' | 'template'>,
  learned: readonly Template[],
  threshold: number,
): MappedLog {
  const known = new Map(learned.map((one) => [one.id, one]));
  const candidates = [...learned].sort((a, b) => b.count - a.count);
  const search = similarTemplates(candidates.map(({ text }) => text));
  const counts = new Map<number, number>();
  for (const internal of events.template) counts.set(internal, (counts.get(internal) ?? 0) + 1);
  const mappings = new Map<number, TemplateMapping>();
  for (const [internal, count] of counts) {
    const id = sequences.keyNames[internal] ?? '';
    const { text } = template(internal);
    const own = known.get(id);
    const found = own ? null : search.mostSimilar(text);
    const best = own ?? (found ? candidates[found.place] : undefined);
    const similarity = own ? (own.text === text ? 1 : templateSimilarity(text, own.text)) : (found?.similarity ?? 0);
    mappings.set(internal, {
      id,
      text,
      events: count,
      state: own ? 'known' : similarity >= threshold ? 'mapped' : 'new',
      ...(best ? { key: best.id, learned: best.text } : {}),
      similarity,
    });
  }
  return {
    templates: [...mappings.values()].sort(
      (a, b) => ORDER[a.state] - ORDER[b.state] || b.events - a.events || (a.id < b.id ? -1 : 1),
    ),
    sequences: renamed(sequences, mappings),
  };
}

// --- internal ---

const ORDER = { new: 0, mapped: 1, known: 2 } as const;

/** Sequences in which keys that go by the same name are one. */
function renamed(set: SequenceSet, mappings: ReadonlyMap<number, TemplateMapping>): SequenceSet {
  const names = set.keyNames.map((name, number) => {
    const mapping = mappings.get(number);
    return mapping?.state === 'mapped' ? (mapping.key ?? name) : name;
  });
  const first = new Map<string, number>();
  const numbers = names.map((name, number) => {
    const before = first.get(name) ?? number;
    first.set(name, before);
    return before;
  });
  return { ...set, keyNames: names, keys: set.keys.map((key) => numbers[key] ?? key) };
}
