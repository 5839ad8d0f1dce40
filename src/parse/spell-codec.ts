import { z } from 'zod';
import {
  checkedBody,
  corruptParser,
  encodeParserFile,
  masksSchema,
  type ParserFile,
  plainMask,
  whole,
} from './parser-file.ts';
import { type SpellOptions, spellOptions } from './spell-options.ts';
import type { TokenText } from './token-text.ts';

/** A template of Spell as plain data. */
export interface SpellTemplate {
  readonly words: readonly TokenText[];
  /** Numbers that lead to it, the one that is its own first. */
  readonly numbers: readonly number[];
  /** The masked texts its lines have come in; `null` once there were too many. */
  readonly forms: readonly { readonly number: number; readonly words: readonly TokenText[] }[] | null;
}

/** A Spell parser as plain data. */
export interface SpellState {
  readonly options: SpellOptions;
  readonly learned?: {
    /** In the order of use, the least recent first. */
    readonly templates: readonly SpellTemplate[];
    /** Lines of every number. */
    readonly counts: readonly number[];
    readonly created: number;
    readonly evicted: number;
    readonly ids: readonly (readonly [id: string, number: number])[];
  };
}

/** `parser.json`. */
export function encodeSpell({ options, learned }: Required<SpellState>): Uint8Array {
  return encodeParserFile('spell', { ...options, masks: options.masks.map(plainMask) }, learned);
}

/**
 * The parser in a `parser.json`.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for anything that this library did not write
 */
export function decodeSpell(file: ParserFile): Required<SpellState> {
  const { options, learned } = checkedBody(bodySchema, file);
  const { templates, counts, created } = learned;
  if (counts.length !== created) throw corruptParser(`it has ${created} numbers and ${counts.length} counts`);
  if (templates.length > options.maxClusters) throw corruptParser('it has more templates than its own bound');
  const seen = new Set<number>();
  for (const { numbers, forms } of templates) {
    for (const number of numbers) {
      if (number >= created || seen.has(number)) throw corruptParser(`number ${number} is there twice or too new`);
      seen.add(number);
    }
    if (forms?.some(({ number }) => !numbers.includes(number))) throw corruptParser('a form has no number of its own');
  }
  return { options: spellOptions(options), learned };
}

// --- internal ---

const words = z.array(z.string());
const bodySchema = z.object({
  options: z.object({
    tau: z.number(),
    splitForms: whole,
    splitCount: whole,
    maxClusters: whole,
    memory: whole,
    masks: masksSchema,
    entities: z.boolean(),
  }),
  learned: z.object({
    templates: z.array(
      z.object({
        words,
        numbers: z.array(whole).min(1),
        forms: z.array(z.object({ number: whole, words })).nullable(),
      }),
    ),
    counts: z.array(z.number().nonnegative()),
    created: whole,
    evicted: whole,
    ids: z.array(z.tuple([z.string(), whole])),
  }),
});
