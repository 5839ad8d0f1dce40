import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';
import type { ClustersState } from './clusters.ts';
import { type DrainOptions, drainOptions } from './drain-options.ts';
import { MAX_TOKENS, type MaskRule } from './masks.ts';
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

const FORMAT = 'caracal-parser';
const VERSION = 1;

/** `parser.json`. Tokens are as in `token-text.ts`: one character per byte, U+0100 and above for masks. */
export function encodeDrain(state: Required<DrainState>): Uint8Array {
  const { depth, simThreshold, maxChildren, maxClusters, entities } = state.options;
  const { nodes, evicted, evictedCounts, created, ids } = state.learned;
  const clusters = state.learned.clusters.map(({ number, leaf, count, tokens }) => ({ number, leaf, count, tokens }));
  const json = {
    format: FORMAT,
    version: VERSION,
    parser: 'drain',
    options: { depth, simThreshold, maxChildren, maxClusters, entities, masks: state.options.masks.map(plainMask) },
    learned: { nodes, clusters, evicted, evictedCounts, created, ids },
  };
  return encodeUtf8(`${JSON.stringify(json)}\n`);
}

/**
 * The parser in a `parser.json`.
 *
 * @throws CaracalError `E_MODEL_FORMAT` for another format or version, `E_MODEL_CORRUPT`
 * for anything that this library did not write
 */
export function decodeDrain(encoded: Uint8Array): DrainState {
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(encoded));
  } catch (cause) {
    throw corrupt('it is no complete JSON', cause);
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw corrupt('its header is missing', header.error);
  if (header.data.version !== VERSION || header.data.parser !== 'drain') {
    throw new CaracalError(
      'E_MODEL_FORMAT',
      `parser.json is of kind ${header.data.parser}, version ${header.data.version}; this program reads drain, version ${VERSION}. Use the program that wrote it, or train again.`,
      { version: header.data.version },
    );
  }
  const body = bodySchema.safeParse(json);
  if (!body.success) {
    const issue = body.error.issues[0];
    throw corrupt(`${issue?.path.join('.')}: ${issue?.message}`, body.error);
  }
  const { options, learned } = body.data;
  checkReferences(learned, options.maxClusters);
  return { options: drainOptions({ ...options, masks: options.masks.map(plainMask) }), learned };
}

// --- internal ---

const whole = z.number().int().nonnegative();
const token = z.string();
const headerSchema = z.object({ format: z.literal(FORMAT), version: whole, parser: z.string() });
const bodySchema = z.object({
  options: z.object({
    depth: whole,
    simThreshold: z.number(),
    maxChildren: whole,
    maxClusters: whole,
    entities: z.boolean(),
    masks: z.array(z.object({ kind: z.string(), pattern: z.string(), opening: z.boolean().optional() })),
  }),
  learned: z.object({
    nodes: z.array(z.tuple([whole, token])),
    clusters: z.array(
      z.object({ number: whole, leaf: whole, count: z.number().nonnegative(), tokens: z.array(token).max(MAX_TOKENS) }),
    ),
    evicted: whole,
    evictedCounts: z.array(z.tuple([whole.max(MAX_TOKENS), z.number().nonnegative()])),
    created: whole,
    ids: z.array(z.tuple([z.string(), whole])),
  }),
});

function plainMask({
  kind,
  pattern,
  opening,
}: {
  kind: string;
  pattern: string;
  opening?: boolean | undefined;
}): MaskRule {
  return opening ? { kind, pattern, opening } : { kind, pattern };
}

/** Refuses numbers that lead nowhere, which no schema sees. */
function checkReferences(learned: z.infer<typeof bodySchema>['learned'], maxClusters: number): void {
  const first = MAX_TOKENS + 1;
  learned.nodes.forEach(([parent], index) => {
    if (parent >= first + index) throw corrupt(`node ${index} has a parent that comes after it`);
  });
  if (learned.clusters.length > maxClusters) throw corrupt('it has more clusters than its own bound');
  const numbers = new Set<number>();
  for (const { number, leaf } of learned.clusters) {
    if (number >= learned.created || numbers.has(number)) throw corrupt(`cluster ${number} is there twice or too new`);
    if (leaf >= first + learned.nodes.length) throw corrupt(`cluster ${number} hangs from a node that is missing`);
    numbers.add(number);
  }
}

function corrupt(what: string, cause?: unknown): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `parser.json is damaged (${what}). Restore it from a copy, or train again.`,
    { file: 'parser.json' },
    { cause },
  );
}
