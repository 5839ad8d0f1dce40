import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CaracalError } from '../errors.ts';
import type { EncodedModel } from '../models/index.ts';
import type { Judgement, PredictionAccuracy } from '../score/index.ts';
import { sha256Hex } from '../util/hash.ts';
import { corrupt, encodeManifest, MANIFEST, MODEL_FORMAT, readManifest } from './manifest.ts';
import { resolveModel } from './model-store.ts';
import { checkDirectory, writeDirectory } from './output.ts';
import { decodeTestResult, encodeTrainingHistory, TRAINING_HISTORY } from './training-history.ts';
import { version } from './version.ts';

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
  files.set(MANIFEST, encodeManifest(body));
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
 * @param named the directory, or a store, which stands for its current model
 * @param kind the kind of model that is wanted, if only one will do
 * @throws CaracalError `E_FILE_MISSING`, `E_MODEL_FORMAT`, `E_MODEL_KIND` or `E_MODEL_CORRUPT`
 */
export async function readModel(named: string, kind?: string): Promise<StoredModel> {
  const directory = await resolveModel(named);
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

function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}
