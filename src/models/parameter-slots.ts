import { fitInterval, fitScale, type Interval, isCounter, type Scale } from './parameter-interval.ts';
import { GAP, type ValueRows } from './parameter-rows.ts';

/** One place of a key's vector: how its values are judged, or why they are not. */
export interface Slot {
  /** Null where nothing can be said of the values. */
  readonly scale: Scale | null;
  /** Around the mean; null where the values are not judged. */
  readonly interval: Interval | null;
  /** Around what the key's network predicts of values with enough before them; null where that is no better. */
  readonly predicted: Interval | null;
  /** How its values are judged, or why they are not. */
  readonly by: 'network' | 'gaussian' | 'too few values' | 'a counter';
}

/** The slots of each key, by vocabulary code. */
export type KeySlots = ReadonlyMap<number, readonly Slot[]>;

/** Values of every place of every key, up to its last with any, in the order of the log. */
export function valuesOfPlaces(rows: ValueRows): Map<number, Float64Array[]> {
  const order = Int32Array.from({ length: rows.count }, (_, row) => row).sort(
    (a, b) => rows.event[a]! - rows.event[b]!,
  );
  const lists = new Map<number, number[][]>();
  for (const row of order) {
    const code = rows.key[row]!;
    let places = lists.get(code);
    if (!places) {
      places = Array.from({ length: rows.width }, () => []);
      lists.set(code, places);
    }
    for (let place = 0; place < rows.width; place++) {
      const value = rows.values[row * rows.width + place]!;
      if (!Number.isNaN(value)) places[place]!.push(value);
    }
  }
  return new Map(
    [...lists].map(([code, places]) => {
      const used = places.findLastIndex((list) => list.length > 0) + 1;
      return [code, places.slice(0, used).map((list) => Float64Array.from(list))];
    }),
  );
}

/** Scales of a key's values; what is not to be judged whatever comes is said so here. */
export function scaledSlot(values: Float64Array, place: number): Slot {
  if (values.length === 0) return { scale: null, interval: null, predicted: null, by: 'too few values' };
  const by = place !== GAP && isCounter(values) ? 'a counter' : 'gaussian';
  return { scale: fitScale(values), interval: null, predicted: null, by };
}

/**
 * The slot with its intervals: around the mean, and around the network's prediction where
 * that leaves clearly less of the held-out values open.
 *
 * @param plain standardised values of training and held-out events: a mean hardly adapts to them
 * @param heldOut standardised held-out values that the network predicts
 * @param residuals the same less its predictions
 */
export function judgedSlot(
  slot: Slot,
  plain: Float64Array,
  heldOut: Float64Array,
  residuals: Float64Array,
  confidence: number,
): Slot {
  if (slot.by !== 'gaussian') return slot;
  const interval = fitInterval(plain, confidence);
  if (!interval) return { ...slot, by: 'too few values' };
  const better = residuals.length >= ENOUGH && meanSquare(residuals) < BETTER * meanSquare(heldOut);
  const predicted = better ? fitInterval(residuals, confidence) : null;
  return { ...slot, interval, predicted, by: predicted ? 'network' : 'gaussian' };
}

// --- internal ---

/** Held-out values from which on an error can be compared. */
const ENOUGH = 100;
/** What the network's squared error must be of the mean's. */
const BETTER = 0.9;

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length);
}
