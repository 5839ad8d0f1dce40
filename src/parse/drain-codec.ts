import { z } from 'zod';
import type { ClustersState } from './clusters.ts';
import { type DrainOptions, drainOptions } from './drain-options.ts';
import { MAX_TOKENS } from './masks.ts';
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

/** A Drain parser as plain data. */
export interface DrainState {
  readonly options: DrainOptions;
  readonly learned?: ClustersState & {
    /** Inner nodes of the tree: parent and token. */
    readonly nodes: readonly (readonly [parent: number, token: TokenText])[];
    /** Published ids and the numbers they lead to. */
    readonly ids: readonly (readonly [id: string, number: number])[];
  };
}

/** `parser.json`. Tokens are as in `token-text.ts`: one character per byte, U+0100 and above for masks. */
export function encodeDrain({ options, learned }: Required<DrainState>): Uint8Array {
  const { depth, simThreshold, maxChildren, maxClusters, protectedWords, delimiters, entities } = options;
  const { nodes, evicted, evictedCounts, created, ids } = learned;
  const clusters = learned.clusters.map(({ number, leaf, count, tokens, words }) => ({
    number,
    leaf,
    count,
    tokens,
    words: [...words].sort((a, b) => a - b),
  }));
  const masks = options.masks.map(plainMask);
  return encodeParserFile(
    'drain',
    { depth, simThreshold, maxChildren, maxClusters, protectedWords, delimiters, entities, masks },
    { nodes, clusters, evicted, evictedCounts, created, ids },
  );
}

/**
 * The parser in a `parser.json`.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for anything that this library did not write
 */
export function decodeDrain(file: ParserFile): DrainState {
  const { options, learned } = checkedBody(bodySchema, file);
  checkReferences(learned, options.maxClusters);
  return { options: drainOptions(options), learned };
}

// --- internal ---

const token = z.string();
const bodySchema = z.object({
  options: z.object({
    depth: whole,
    simThreshold: z.number(),
    maxChildren: whole,
    maxClusters: whole,
    protectedWords: z.array(z.string()).default([]),
    delimiters: z.string().default(''),
    entities: z.boolean(),
    masks: masksSchema,
  }),
  learned: z.object({
    nodes: z.array(z.tuple([whole, token])),
    clusters: z.array(
      z.object({
        number: whole,
        leaf: whole,
        count: z.number().nonnegative(),
        tokens: z.array(token).max(MAX_TOKENS),
        words: z.array(whole).default([]),
      }),
    ),
    evicted: whole,
    evictedCounts: z.array(z.tuple([whole.max(MAX_TOKENS), z.number().nonnegative()])),
    created: whole,
    ids: z.array(z.tuple([z.string(), whole])),
  }),
});

/** Refuses numbers that lead nowhere, which no schema sees. */
function checkReferences(learned: z.infer<typeof bodySchema>['learned'], maxClusters: number): void {
  const first = MAX_TOKENS + 1;
  learned.nodes.forEach(([parent], index) => {
    if (parent >= first + index) throw corruptParser(`node ${index} has a parent that comes after it`);
  });
  if (learned.clusters.length > maxClusters) throw corruptParser('it has more clusters than its own bound');
  const numbers = new Set<number>();
  for (const { number, leaf } of learned.clusters) {
    if (number >= learned.created || numbers.has(number))
      throw corruptParser(`cluster ${number} is there twice or too new`);
    if (leaf >= first + learned.nodes.length)
      throw corruptParser(`cluster ${number} hangs from a node that is missing`);
    numbers.add(number);
  }
}
