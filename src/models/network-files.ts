import { CaracalError } from '../errors.ts';
import { SEQUENCE_AGGREGATES, type SequenceAggregate } from '../score/sequence-score.ts';
import { readSafetensors, type Tensors, writeSafetensors } from '../tensor/index.ts';
import { sha256Hex } from '../util/hash.ts';
import type { EncodedModel, ModelDescription } from './detector.ts';

const WEIGHTS = 'weights.safetensors';

/**
 * The files of a model that is a network: its weights, and the graphs that score on their
 * own. The weights carry the hashes of the graphs, so that neither can change alone.
 *
 * @param graphs ONNX by file name: `score.onnx`, for streaming models `step.onnx`
 */
export function encodeNetwork(
  description: ModelDescription,
  weights: Tensors,
  graphs: Readonly<Record<string, Uint8Array>>,
): EncodedModel {
  const hashes = Object.entries(graphs).map(([name, bytes]) => [name, sha256Hex(bytes)]);
  const metadata = { kind: description.kind, ...Object.fromEntries(hashes) };
  const files = new Map([[WEIGHTS, writeSafetensors(weights, metadata)], ...Object.entries(graphs)]);
  return { description, files };
}

/**
 * Reads the weights back and checks everything: that all files are there and unchanged,
 * that each expected tensor and no other is present, `float32`, of its shape and finite.
 *
 * @param shapes expected shape of each tensor
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function decodeNetwork(encoded: EncodedModel, shapes: Readonly<Record<string, readonly number[]>>): Tensors {
  const { description, files } = encoded;
  const { tensors, metadata } = readSafetensors(fileOf(files, WEIGHTS));
  if (metadata.kind !== description.kind) throw corruptModel(`its weights are of the kind ${metadata.kind}`);
  if (metadata.sha256 === undefined) throw corruptModel('its weights carry no hash');
  if (metadata['score.onnx'] === undefined) throw corruptModel('its weights name no score.onnx');
  for (const [name, hash] of Object.entries(metadata).filter(([key]) => key.endsWith('.onnx'))) {
    if (hash !== sha256Hex(fileOf(files, name))) throw corruptModel(`${name} is not the one written with the weights`);
  }
  const extra = Object.keys(tensors).find((name) => !Object.hasOwn(shapes, name));
  if (extra !== undefined) throw corruptModel(`its weights hold an unknown tensor "${extra}"`);
  for (const [name, shape] of Object.entries(shapes)) {
    const value = tensors[name];
    if (value?.shape.join() !== shape.join() || !(value.data instanceof Float32Array)) {
      throw corruptModel(`"${name}" is not float32 [${shape.join(', ')}] as its description says`);
    }
    if (!value.data.every(Number.isFinite)) throw corruptModel(`"${name}" holds numbers that are not finite`);
  }
  return tensors;
}

/**
 * A whole number among a description's hyper-parameters.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where it is missing or out of bounds
 */
export function hyperParameter({ hyperParameters }: ModelDescription, name: string, most: number): number {
  const value = hyperParameters[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw corruptModel(`its hyper-parameter "${name}" must be a whole number from 1 to ${most}, not ${value}`);
}

/**
 * How a description says that events make a sequence's score.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where it does not
 */
export function aggregateOf({ hyperParameters: { aggregate } }: ModelDescription): SequenceAggregate {
  const known = SEQUENCE_AGGREGATES.find((name) => name === aggregate);
  if (known !== undefined) return known;
  throw corruptModel(`its hyper-parameter "aggregate" is ${aggregate}, none of ${SEQUENCE_AGGREGATES.join(', ')}`);
}

/** An `E_MODEL_CORRUPT` error. */
export function corruptModel(why: string): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `This model is damaged: ${why}. Restore it from a copy or train it again.`,
  );
}

// --- internal ---

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw corruptModel(`${name} is missing`);
  return bytes;
}
