import { CaracalError } from '../errors.ts';
import type { SequenceSet } from '../types.ts';
import type { EncodedModel, ModelDescription } from './detector.ts';
import { decodeJsonFile, encodeJsonFile } from './json-file.ts';
import { corruptModel } from './network-files.ts';
import { trainingDataHash } from './training-data.ts';

/** What the manifest of a method without epochs says. */
export function describeBaseline(
  kind: string,
  train: SequenceSet,
  seed: number,
  hyperParameters: ModelDescription['hyperParameters'] = {},
): ModelDescription {
  if (train.keys.length === 0) {
    throw new CaracalError('E_TOO_LITTLE_DATA', 'There is no event to learn from; give more normal sequences.');
  }
  return {
    kind,
    hyperParameters,
    vocabulary: [...new Set(Array.from(train.keys, (key) => train.keyNames[key] ?? ''))],
    seed,
    history: [],
    trainingDataHash: trainingDataHash(train),
    trainingEvents: train.keys.length,
  };
}

/** A method whose whole model is one piece of JSON. */
export function encodeBaseline(description: ModelDescription, data: unknown): EncodedModel {
  return { description, files: new Map([[fileOf(description.kind), encodeJsonFile(data)]]) };
}

/**
 * Reads the data of `encodeBaseline` back.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where it is of another kind, or `isData` does not know it
 */
export function decodeBaseline<Data>(
  kind: string,
  { description, files }: EncodedModel,
  isData: (data: unknown) => data is Data,
): Data {
  if (description.kind !== kind) throw corruptModel(`it is of the kind ${description.kind}, not ${kind}`);
  const data = decodeJsonFile(fileOf(kind), files.get(fileOf(kind)));
  if (!isData(data)) throw corruptModel(`${fileOf(kind)} does not hold a model of the kind ${kind}`);
  return data;
}

// --- internal ---

function fileOf(kind: string): string {
  return `${kind}.json`;
}
