import { contentId } from '../util/hash.ts';

/** Public ids of templates, and what became of ids that were published before their template generalised. */
export interface TemplateIds {
  /** Id of a text. */
  idOf(text: string): string;
  /** Id of a template; it leads to the first number it was published for. */
  publish(number: number, text: string): string;
  /** Number that a published id leads to. */
  numberOf(id: string): number | undefined;
  /** Every published id and its number. */
  entries(): (readonly [id: string, number: number])[];
  restore(id: string, number: number): void;
}

/**
 * No ids yet. Ids are remembered up to a bound, the oldest are forgotten first; the
 * present id of a template is published again whenever somebody asks for it.
 */
export function createTemplateIds(most = 100_000): TemplateIds {
  const numbers = new Map<string, number>();
  const latest = new Map<number, { text: string; id: string }>();
  const idOf = (text: string): string => contentId([text]);
  return {
    idOf,
    publish: (number, text) => {
      const known = latest.get(number);
      if (known?.text === text) return known.id;
      const id = idOf(text);
      latest.set(number, { text, id });
      if (latest.size > most) forgetFirst(latest);
      if (!numbers.has(id)) numbers.set(id, number);
      if (numbers.size > most) forgetFirst(numbers);
      return id;
    },
    numberOf: (id) => numbers.get(id),
    entries: () => [...numbers],
    restore: (id, number) => {
      numbers.set(id, number);
    },
  };
}

// --- internal ---

function forgetFirst<K>(map: Map<K, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
