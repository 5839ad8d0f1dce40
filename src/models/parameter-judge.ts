import { float32Data, type Tensors, tensor } from '../tensor/index.ts';
import type { ParameterFinding } from './detector.ts';
import { parameterEvents, standardAt } from './parameter-events.ts';
import { original } from './parameter-interval.ts';
import { type ParameterSizes, predictParameters } from './parameter-network.ts';
import { GAP, type ValueRows } from './parameter-rows.ts';
import type { KeySlots } from './parameter-slots.ts';

/** The networks of keys, stacked. */
export interface ParameterNetwork {
  readonly sizes: ParameterSizes;
  /** Vocabulary code of each. */
  readonly codes: Int32Array;
  readonly weights: Tensors;
}

/** What judges the values of rows. */
export interface ParameterJudge {
  readonly slots: KeySlots;
  /** Null where no key has a network. */
  readonly network: ParameterNetwork | null;
}

/** What was said of rows. */
export interface JudgedRows {
  /** How many values were judged. */
  readonly judged: number;
  readonly findings: readonly ParameterFinding[];
  /** Largest deviation in each sequence, 0 where nothing was judged. */
  readonly worst: Float32Array;
}

/** Holds every value against its interval. */
export async function judgeRows(
  { slots, network }: ParameterJudge,
  rows: ValueRows,
  sequences: number,
  threads: number | undefined,
): Promise<JudgedRows> {
  const { width } = rows;
  const predicted = await predictions(rows, slots, network, threads);
  const findings: ParameterFinding[] = [];
  const worst = new Float32Array(sequences);
  let judged = 0;
  for (let row = 0; row < rows.count; row++) {
    if (rows.score[row]! < 0) continue;
    for (let place = 0; place < width; place++) {
      const slot = slots.get(rows.key[row]!)?.[place];
      const value = standardAt(rows, slots, row, place);
      if (!slot?.scale || !slot.interval || Number.isNaN(value)) continue;
      judged++;
      const prediction = predicted[row * width + place]!;
      const byNetwork = slot.predicted !== null && !Number.isNaN(prediction);
      const { center, reach } = byNetwork ? slot.predicted : slot.interval;
      const middle = byNetwork ? center + prediction : center;
      const deviation = Math.abs(value - middle) / reach;
      const sequence = rows.sequence[row]!;
      worst[sequence] = Math.max(worst[sequence]!, deviation);
      if (deviation <= 1) continue;
      const found = rows.values[row * width + place]!;
      const low = original(slot.scale, middle - reach);
      findings.push({
        row: rows.score[row]!,
        parameter: place === GAP ? 'time' : place,
        value: found,
        // Sizes and times end at 0, whatever a Gaussian says.
        low: slot.scale.signed || found < 0 ? low : Math.max(0, low),
        high: original(slot.scale, middle + reach),
        deviation,
        by: byNetwork ? 'network' : 'gaussian',
      });
    }
  }
  return { judged, findings, worst };
}

/** What the networks predict of each row, NaN where its key has none or too little came before. */
export async function predictions(
  rows: ValueRows,
  slots: KeySlots,
  network: ParameterNetwork | null,
  threads: number | undefined,
): Promise<Float32Array> {
  const all = new Float32Array(rows.count * rows.width).fill(Number.NaN);
  if (!network) return all;
  const networkOf = numberOfCodes(network.codes);
  const chosen = predictableRows(rows, networkOf, network.sizes.history);
  const events = parameterEvents(rows, slots, chosen, networkOf, network.sizes);
  const predicted = await predictParameters(network.sizes, network.weights, events, threads);
  chosen.forEach((row, i) => {
    all.set(predicted.subarray(i * rows.width, (i + 1) * rows.width), row * rows.width);
  });
  return all;
}

/** Rows to be judged, of keys with a network, that have a whole history of their key before them. */
export function predictableRows(rows: ValueRows, networkOf: ReadonlyMap<number, number>, history: number): Int32Array {
  return Int32Array.from({ length: rows.count }, (_, row) => row).filter(
    (row) => rows.earlier[row]! >= history && rows.score[row]! >= 0 && networkOf.has(rows.key[row]!),
  );
}

/** The networks of some codes alone, as they are. */
export function selectNetworks(
  { sizes, codes, weights }: ParameterNetwork,
  wanted: (code: number) => boolean,
): ParameterNetwork | null {
  const kept = [...codes.keys()].filter((i) => wanted(codes[i]!));
  if (kept.length === 0) return null;
  const selected = Object.entries(weights).map(([name, all]) => {
    const [, ...rest] = all.shape;
    const data = float32Data(all, name);
    const size = rest.reduce((product, dim) => product * dim, 1);
    const part = new Float32Array(kept.length * size);
    kept.forEach((i, place) => {
      part.set(data.subarray(i * size, (i + 1) * size), place * size);
    });
    return [name, tensor('float32', [kept.length, ...rest], part)];
  });
  return {
    sizes: { ...sizes, keys: kept.length },
    codes: Int32Array.from(kept, (i) => codes[i]!),
    weights: Object.fromEntries(selected),
  };
}

/** Number of the network of each code. */
export function numberOfCodes(codes: Int32Array): Map<number, number> {
  return new Map(Array.from(codes, (code, i) => [code, i]));
}
