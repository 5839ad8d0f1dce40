import { z } from 'zod';
import { type FtTreeOptions, ftTreeOptions } from './ft-tree-options.ts';
import {
  checkedBody,
  corruptParser,
  encodeParserFile,
  masksSchema,
  type ParserFile,
  plainMask,
  whole,
} from './parser-file.ts';
import type { TokenText } from './token-text.ts';

/** An FT-Tree parser as plain data. */
export interface FtTreeState {
  readonly options: FtTreeOptions;
  readonly learned?: {
    readonly entries: readonly {
      readonly number: number;
      readonly words: readonly TokenText[];
      /** Lines it had when the tree was learned, 0 where it came later. */
      readonly learned: number;
    }[];
    /** Entries from which on the tree is learned again. */
    readonly limit: number;
    /** Entry of every number by its own number, -1 where it was given up. */
    readonly owners: readonly number[];
    /** Lines of every number. */
    readonly counts: readonly number[];
    readonly created: number;
    readonly evicted: number;
    readonly ids: readonly (readonly [id: string, number: number])[];
  };
}

/** `parser.json`. */
export function encodeFtTree({ options, learned }: Required<FtTreeState>): Uint8Array {
  return encodeParserFile('ft-tree', { ...options, masks: options.masks.map(plainMask) }, learned);
}

/**
 * The parser in a `parser.json`.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for anything that this library did not write
 */
export function decodeFtTree(file: ParserFile): Required<FtTreeState> {
  const { options, learned } = checkedBody(bodySchema, file);
  const { entries, owners, counts, created } = learned;
  if (owners.length !== created || counts.length !== created) {
    throw corruptParser(`it has ${created} numbers, ${owners.length} owners and ${counts.length} counts`);
  }
  const numbers = new Set(entries.map(({ number }) => number));
  if (numbers.size !== entries.length || entries.some(({ number }) => owners[number] !== number)) {
    throw corruptParser('an entry is there twice, or its number is another');
  }
  if (owners.some((owner) => owner >= 0 && !numbers.has(owner))) throw corruptParser('a number leads nowhere');
  return { options: ftTreeOptions(options), learned };
}

// --- internal ---

const bodySchema = z.object({
  options: z.object({
    leafNum: whole,
    shortThreshold: whole,
    relearnAfter: whole,
    maxClusters: whole,
    memory: whole,
    masks: masksSchema,
    entities: z.boolean(),
  }),
  learned: z.object({
    entries: z.array(z.object({ number: whole, words: z.array(z.string()), learned: z.number().nonnegative() })),
    limit: whole,
    owners: z.array(z.number().int().min(-1)),
    counts: z.array(z.number().nonnegative()),
    created: whole,
    evicted: whole,
    ids: z.array(z.tuple([z.string(), whole])),
  }),
});
