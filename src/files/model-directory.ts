import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import type { EncodedModel } from '../models/index.ts';
import type { Judgement, PredictionAccuracy } from '../score/index.ts';
import { sha256Hex } from '../util/hash.ts';
import { checkDirectory, writeDirectory } from './output.ts';
import { decodeTestResult, encodeTrainingHistory, TRAINING_HISTORY } from './training-history.ts';
import { version } from './version.ts';

/** Version of the layout below; a newer one is refused, not guessed at. */
export const MODEL_FORMAT = 1;

/** A model with all that is needed to judge raw logs again. */
export interface StoredModel {
  readonly model: EncodedModel;
  readonly judgement: Judgement;
  /** The template store as `parser.json`, for models trained on raw logs. */
  readonly parser?: Uint8Array;
  /** The `--session` rule the sequences were made with. */
  readonly session?: string;
  /** How well it predicts normal sequences that were kept apart. */
  readonly test?: PredictionAccuracy;
}

const MANIFEST = 'manifest.json';
const PARSER = 'parser.json';

/**
 * Writes a model directory: `manifest.json`, the model's own files, `parser.json`, and
 * `training_history.json` of a model that was trained in epochs.
 * All of it or nothing; only another model directory is ever replaced.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writeModel(directory: string, stored: StoredModel): Promise<void> {
  const files = new Map<string, Uint8Array | string>(stored.model.files);
  if (stored.parser) files.set(PARSER, stored.parser);
  const { description } = stored.model;
  if (description.history.length > 0) files.set(TRAINING_HISTORY, encodeTrainingHistory(description, stored.test));
  const body = {
    format: MODEL_FORMAT,
    ...description,
    library: version,
    ...(stored.session === undefined ? {} : { session: stored.session }),
    judgement: stored.judgement,
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytesOf(bytes))])),
  };
  const text = JSON.stringify(body, numberToJson, 2);
  files.set(MANIFEST, JSON.stringify({ ...JSON.parse(text), integrity: integrity(JSON.parse(text)) }, null, 2));
  await writeDirectory(directory, files, isModel);
}

/**
 * Makes sure, before a model is trained, that it can be written.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function checkModelDirectory(directory: string): Promise<void> {
  await checkDirectory(directory, isModel);
}

/**
 * Reads a model directory and checks every byte of it against the manifest.
 *
 * @param kind the kind of model that is wanted, if only one will do
 * @throws CaracalError `E_FILE_MISSING`, `E_MODEL_FORMAT`, `E_MODEL_KIND` or `E_MODEL_CORRUPT`
 */
export async function readModel(directory: string, kind?: string): Promise<StoredModel> {
  const manifest = await readManifest(directory);
  if (kind !== undefined && manifest.kind !== kind) {
    throw new CaracalError(
      'E_MODEL_KIND',
      `${directory}: is a ${manifest.kind} model, not ${kind}. Leave out --model or name another --model-dir.`,
      { file: directory },
    );
  }
  const files = new Map<string, Uint8Array>();
  for (const [name, digest] of Object.entries(manifest.files)) {
    const path = join(directory, basename(name));
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes) throw corrupt(path, 'is missing');
    if (sha256Hex(bytes) !== digest) throw corrupt(path, 'is not the file that was written: truncated or changed');
    files.set(name, new Uint8Array(bytes));
  }
  const parser = files.get(PARSER);
  files.delete(PARSER);
  const history = files.get(TRAINING_HISTORY);
  const test = history ? decodeTestResult(history) : {};
  if (test === null) throw corrupt(join(directory, TRAINING_HISTORY), 'is no training history');
  files.delete(TRAINING_HISTORY);
  const {
    format: _format,
    library: _library,
    integrity: _seal,
    session,
    judgement,
    files: _files,
    ...description
  } = manifest;
  return {
    model: { description, files },
    judgement,
    ...(parser ? { parser } : {}),
    ...(session === undefined ? {} : { session }),
    ...test,
  };
}

// --- internal ---

const isModel = (names: readonly string[]): boolean => names.includes(MANIFEST);

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

async function readManifest(directory: string): Promise<z.infer<typeof manifestSchema>> {
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
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch {
    throw corrupt(path, 'is no JSON: truncated or changed');
  }
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

function integrity(body: unknown): string {
  return sha256Hex(bytesOf(JSON.stringify(body)));
}

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

function numberToJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : String(value);
}

function corrupt(path: string, what: string): CaracalError {
  return new CaracalError('E_MODEL_CORRUPT', `${path}: ${what}. Restore the model or train it again.`, { file: path });
}
