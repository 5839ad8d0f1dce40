import { standardised } from './parameter-interval.ts';
import type { ParameterEvents, ParameterSizes } from './parameter-network.ts';
import type { ValueRows } from './parameter-rows.ts';
import type { KeySlots } from './parameter-slots.ts';

/** Standardised values further out than this say no more: an outlier must not drown what comes after it. */
const FARTHEST = 5;

/** Value of a row in standardised units; NaN where there is none, or nothing is known of it. */
export function standardAt({ values, width, key }: ValueRows, slots: KeySlots, row: number, place: number): number {
  const slot = slots.get(key[row]!)?.[place];
  return slot?.scale ? standardised(slot.scale, values[row * width + place]!) : Number.NaN;
}

/**
 * Rows as a network sees them: each with the vectors of its key before it in its sequence.
 *
 * @param chosen rows of keys that have a network
 * @param networkOf number of the network of a code
 */
export function parameterEvents(
  rows: ValueRows,
  slots: KeySlots,
  chosen: Int32Array,
  networkOf: ReadonlyMap<number, number>,
  { width: D, history: h }: ParameterSizes,
): ParameterEvents {
  const count = chosen.length;
  const history = new Float32Array(count * h * (D + 1));
  const target = new Float32Array(count * D);
  const share = new Float32Array(count * D);
  const bounded = (row: number, place: number): number => {
    const value = standardAt(rows, slots, row, place);
    return Math.max(-FARTHEST, Math.min(FARTHEST, value));
  };
  chosen.forEach((row, i) => {
    let present = 0;
    for (let place = 0; place < D; place++) {
      const value = bounded(row, place);
      if (Number.isNaN(value)) continue;
      target[i * D + place] = value;
      share[i * D + place] = 1;
      present++;
    }
    for (let place = 0; place < D; place++) share[i * D + place]! /= Math.max(1, present);
    let before = rows.previous[row]!;
    for (let step = h - 1; step >= 0 && before >= 0; step--, before = rows.previous[before]!) {
      const at = (i * h + step) * (D + 1);
      for (let place = 0; place < D; place++) {
        const value = bounded(before, place);
        history[at + place] = Number.isNaN(value) ? 0 : value;
      }
      history[at + D] = 1;
    }
  });
  const key = Int32Array.from(chosen, (row) => networkOf.get(rows.key[row]!) ?? 0);
  return { count, key, history, target, share };
}
