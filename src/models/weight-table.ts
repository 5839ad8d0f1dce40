import { readSafetensors } from '../tensor/index.ts';
import type { EncodedModel } from './detector.ts';

/** One tensor that a model has learned. */
export interface WeightRow {
  /** As in the weights file; of a model with members, after the member's name. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly parameters: number;
}

/**
 * The layers of a network as a table: each tensor of its weights files. A model that is no
 * network has none.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` for a damaged weights file
 */
export function weightTable({ files }: EncodedModel): WeightRow[] {
  return [...files].flatMap(([file, bytes]) => {
    const member = /^(?:(.+)\.)?weights\.safetensors$/.exec(file);
    if (!member) return [];
    const { tensors } = readSafetensors(bytes);
    return Object.entries(tensors).map(([name, { shape, data }]) => ({
      name: member[1] === undefined ? name : `${member[1]}.${name}`,
      shape,
      parameters: data.length,
    }));
  });
}
