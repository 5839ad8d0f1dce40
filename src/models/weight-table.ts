import { readSafetensors } from '../tensor/index.ts';
import type { EncodedModel } from './detector.ts';

/** One tensor that a model has learned. */
export interface WeightRow {
  /** As in the weights file; of a model with members or parts, after the name of the part. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: number;
}

/**
 * The layers of a network as a table: each tensor of its weights files, those of the model
 * of parameter values among them. A model that is no network has none.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for a damaged weights file
 */
export function weightTable({ files }: EncodedModel): WeightRow[] {
  return [...files].flatMap(([file, bytes]) => {
    const [found, member, part] = /^(?:(.+)\.)?(weights|parameters)\.safetensors$/.exec(file) ?? [];
    if (found === undefined) return [];
    const path = [member, part === 'weights' ? undefined : part].filter((name) => name !== undefined);
    const { tensors } = readSafetensors(bytes);
    return Object.entries(tensors).map(([name, { shape, data }]) => ({
      name: [...path, name].join('.'),
      shape,
      parameters: data.length,
    }));
  });
}
