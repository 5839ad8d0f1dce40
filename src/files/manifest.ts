import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import { sha256Hex } from '../util/hash.ts';

/** Version of the layout of model directories; a newer one is refused, not guessed at. */
export const MODEL_FORMAT = 1;

/** Name of the file that says what a model directory holds. */
export const MANIFEST = 'manifest.json';

/** What a model directory says of itself. `integrity` is a hash of all the rest, so it names this very model. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads the manifest of a model directory and checks that it is the one that was written.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_MODEL_FORMAT` or `E_MODEL_CORRUPT`
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST);
  const isDirectory = await stat(directory).then(
    (entry) => entry.isDirectory(),
    () => undefined,
  );
  if (!isDirectory) {
    const what = isDirectory === undefined ? 'does not exist' : 'is no directory';
    throw new CaracalError(
      'E_FILE_MISSING',
      `${directory}: ${what}. Give --model-dir a directory made by caracal train.`,
      {
        file: directory,
      },
    );
  }
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new CaracalError(
      'E_FILE_MISSING',
      `${directory}: has no ${MANIFEST}, so it is no model. Make one with caracal train.`,
      {
        file: path,
      },
    );
  }
  let json: Record<string, unknown> | null;
  try {
    json = JSON.parse(text);
  } catch {
    throw corrupt(path, 'is no JSON: truncated or changed');
  }
  if (json === null || typeof json !== 'object') throw corrupt(path, 'is no JSON object');
  if (typeof json.format === 'number' && json.format > MODEL_FORMAT) {
    throw new CaracalError(
      'E_MODEL_FORMAT',
      `${directory}: has model format ${json.format}, this version of caracal reads ${MODEL_FORMAT}. Update caracal or train the model again.`,
      { file: path },
    );
  }
  const { integrity: seal, ...body } = json;
  if (seal !== integrity(body)) throw corrupt(path, 'was changed after it was written');
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw corrupt(path, `does not fit its schema (${z.prettifyError(parsed.error)})`);
  return parsed.data;
}

/** A manifest as the text of its file: `body` and the hash of it. */
export function encodeManifest(body: object): string {
  const plain = JSON.parse(JSON.stringify(body, numberToJson));
  return JSON.stringify({ ...plain, integrity: integrity(plain) }, null, 2);
}

/** An `E_MODEL_CORRUPT` error about a file. */
export function corrupt(path: string, what: string): CaracalError {
  return new CaracalError('E_MODEL_CORRUPT', `${path}: ${what}. Restore the model or train it again.`, { file: path });
}

// --- internal ---

/** JSON has neither infinity, which a threshold that flags nothing has, nor a number for what was not measured. */
const infinite = z.union([
  z.number(),
  z.enum(['Infinity', '-Infinity']).transform(Number),
  z.null().transform(() => Number.NaN),
]);
/** What models of earlier versions did not measure. */
const measured = infinite.default(Number.NaN);
const percentile = z.object({ level: z.number(), value: infinite, low: infinite, high: infinite });

const manifestSchema = z.object({
  format: z.literal(MODEL_FORMAT),
  kind: z.string(),
  hyperParameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  vocabulary: z.array(z.string()),
  seed: z.number(),
  history: z.array(
    z.object({
      epoch: z.number(),
      epochs: z.number(),
      trainLoss: z.number(),
      trainTop1: measured,
      trainTop5: measured,
      validationLoss: infinite,
      validationTop1: measured,
      validationTop5: measured,
      seconds: z.number(),
    }),
  ),
  trainingDataHash: z.string(),
  trainingEvents: z.number(),
  library: z.string(),
  session: z.string().optional(),
  judgement: z.object({
    threshold: infinite,
    eventThreshold: infinite,
    topK: infinite,
    calibration: z.object({
      calibrated: z.boolean(),
      events: z.number(),
      percentiles: z.tuple([percentile, percentile, percentile]),
    }),
  }),
  files: z.record(z.string(), z.string()),
  integrity: z.string(),
});

function integrity(body: unknown): string {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(body)));
}

function numberToJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}
