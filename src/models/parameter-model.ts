import { thresholdForFlagRate } from '../score/index.ts';
import { splitSequences, type Vocabulary } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import type { FitOptions, ParameterStream, ParameterVerdict } from './detector.ts';
import { parameterEvents, standardAt } from './parameter-events.ts';
import {
  judgeRows,
  numberOfCodes,
  type ParameterJudge,
  type ParameterNetwork,
  predictableRows,
  predictions,
  selectNetworks,
} from './parameter-judge.ts';
import { trainParameters } from './parameter-network.ts';
import { parameterCounts, type ValueRows, valueRows } from './parameter-rows.ts';
import { judgedSlot, type KeySlots, type Slot, scaledSlot, valuesOfPlaces } from './parameter-slots.ts';
import { earlierValues, statesAfter } from './parameter-stream.ts';

/** What DeepLog knows of the values that each key's events carry. */
export interface ParameterModel extends ParameterJudge {
  /** Numbers of a vector. */
  readonly width: number;
  /** A sequence is flagged where a value lies more than so many times its interval's half width from the middle. */
  readonly sequenceLimit: number;
}

/** How parameter models are learned. */
export interface ParameterOptions extends FitOptions {
  /** Share of normal values that an interval is to hold. */
  readonly confidence: number;
}

/**
 * The parameter-value model: for each key a vector of the time since the event before and
 * the key's numbers, predicted by an LSTM from the key's last vectors in the same sequence.
 * A value is an anomaly where its prediction error lies outside a Gaussian interval that
 * was fitted on held-out values. Keys with few values, values with too few before them,
 * and values that the network predicts no better than their mean does, are held against a
 * plain Gaussian interval around the mean.
 *
 * Source: Du et al., "DeepLog", CCS 2017, section 3.3. There the error of the whole vector
 * is judged; here each value's, so that the verdict can say which one it was.
 *
 * An interval needs values that the network did not learn from: where there is no
 * validation, a part of `train` is held out for them.
 *
 * @returns null where the sequences carry no values
 */
export async function fitParameters(
  train: SequenceSet,
  validation: SequenceSet,
  vocabulary: Vocabulary,
  options: ParameterOptions,
): Promise<ParameterModel | null> {
  if (!train.values) return null;
  if (validation.count === 0 && train.count > 1) {
    const parts = splitSequences(train, HELD_OUT, options.seed);
    return fitParameters(parts.train, parts.validation, vocabulary, options);
  }
  const codes = vocabulary.encode(train.keyNames);
  const width = 1 + parameterCounts(train, codes, vocabulary.size).reduce((most, count) => Math.max(most, count), 0);
  const learned = valueRows(train, codes, isKey, width);
  const heldOut = valueRows(validation, vocabulary.encode(validation.keyNames), isKey, width);
  const scaled: KeySlots = new Map(
    [...valuesOfPlaces(learned)].map(([code, places]) => [code, places.map(scaledSlot)] as const),
  );
  const trained = await fitNetwork(learned, heldOut, scaled, options);
  const slots = await judgedSlots(learned, heldOut, scaled, trained, options);
  const useful = (code: number): boolean => slots.get(code)?.some(({ by }) => by === 'network') === true;
  const network = trained && selectNetworks(trained, useful);
  const { worst } = await judgeRows({ slots, network }, heldOut, validation.count, options.threads);
  return { slots, network, width, sequenceLimit: Math.max(1, thresholdForFlagRate(worst, SEQUENCE_FLAG_RATE)) };
}

/** What a parameter model says of the values of sequences. */
export async function judgeParameters(
  model: ParameterModel,
  set: SequenceSet,
  vocabulary: Vocabulary,
  threads: number | undefined,
): Promise<ParameterVerdict> {
  const beginnings = Array.from({ length: set.count }, () => null);
  return (await stepParameters(model, beginnings, set, vocabulary, threads)).verdict;
}

/** As `judgeParameters` for the next events of live sessions, with the states after them; see `DetectorModel.step`. */
export async function stepParameters(
  model: ParameterModel,
  states: readonly (Float64Array | null)[],
  chunk: SequenceSet,
  vocabulary: Vocabulary,
  threads: number | undefined,
): Promise<ParameterStream> {
  const { network, width, slots, sequenceLimit } = model;
  const layout = { codes: network?.codes ?? new Int32Array(0), history: NETWORK.history, width };
  const earlier = states.map((state) => state && earlierValues(state, layout));
  const rows = valueRows(chunk, vocabulary.encode(chunk.keyNames), (code) => slots.has(code), width, earlier);
  const { judged, findings, worst } = await judgeRows(model, rows, chunk.count, threads);
  const flagged = Uint8Array.from(worst, (most) => (most > sequenceLimit ? 1 : 0));
  const times = Float64Array.from(earlier, (before, s) => lastTime(chunk, s) ?? before?.time ?? Number.NaN);
  return { verdict: { judged, findings, flagged }, states: statesAfter(rows, times, layout) };
}

/** The model in words: how many values are judged how. */
export function describeParameters(model: ParameterModel | null): string {
  if (!model) return 'none: the training sequences carry no values';
  const places = [...model.slots.values()].flat().filter(({ scale }) => scale !== null);
  const count = (by: Slot['by']): number => places.filter((slot) => slot.by === by).length;
  return (
    `${places.length} values of ${model.slots.size} keys: ${count('network')} by a network, ` +
    `${count('gaussian')} by a plain Gaussian interval, not judged ${count('too few values')} with too few values ` +
    `and ${count('a counter')} that count up`
  );
}

// --- internal ---

/** Share of the sequences that is held out where there is no validation. */
const HELD_OUT = 0.15;

/** Vectors of history of each network, and the size of its state. */
const NETWORK = { history: 5, hidden: 16 };
/** Events of a key with a whole history before them, at least, for a network of its own. */
const FEWEST_EVENTS = 200;
/** Events that are learned from at most, of one key and of all. */
const MOST_OF_KEY = 2000;
const MOST_EVENTS = 20_000;
/** Share of held-out sequences that their values may flag, as for every detector. */
const SEQUENCE_FLAG_RATE = 0.005;
/** The first codes are no keys. */
const isKey = (code: number): boolean => code > 2;

/** Time of a sequence's last event. */
function lastTime({ values, events, offsets }: SequenceSet, s: number): number | undefined {
  const [first = 0, end = 0] = [offsets[s], offsets[s + 1]];
  return end > first ? values?.time[events?.[end - 1] ?? -1] : undefined;
}

async function fitNetwork(
  learned: ValueRows,
  heldOut: ValueRows,
  slots: KeySlots,
  options: ParameterOptions,
): Promise<ParameterNetwork | null> {
  const rng = createRng(options.seed).fork('parameter events');
  const rowsOf = new Map<number, number[]>();
  const all = numberOfCodes(Int32Array.from(slots.keys()));
  for (const row of predictableRows(learned, all, NETWORK.history)) {
    const code = learned.key[row]!;
    rowsOf.set(code, rowsOf.get(code) ?? []);
    rowsOf.get(code)?.push(row);
  }
  const codes = Int32Array.from([...rowsOf].filter(([, rows]) => rows.length >= FEWEST_EVENTS).map(([code]) => code));
  codes.sort();
  if (codes.length === 0) return null;
  const sizes = { ...NETWORK, keys: codes.length, width: learned.width };
  const networkOf = numberOfCodes(codes);
  const most = Math.min(MOST_OF_KEY, Math.ceil(MOST_EVENTS / codes.length));
  const chosen = [...codes].flatMap((code) => rng.shuffle(rowsOf.get(code) ?? []).slice(0, most));
  const stopping = rng.shuffle(predictableRows(heldOut, networkOf, NETWORK.history)).slice(0, MOST_EVENTS);
  const weights = await trainParameters(
    sizes,
    parameterEvents(learned, slots, Int32Array.from(chosen), networkOf, sizes),
    parameterEvents(heldOut, slots, stopping, networkOf, sizes),
    options,
  );
  return { sizes, codes, weights };
}

async function judgedSlots(
  learned: ValueRows,
  heldOut: ValueRows,
  scaled: KeySlots,
  network: ParameterNetwork | null,
  { confidence, threads }: ParameterOptions,
): Promise<KeySlots> {
  const { width } = learned;
  const predicted = await predictions(heldOut, scaled, network, threads);
  const predictable = (row: number, place: number): boolean => !Number.isNaN(predicted[row * width + place]!);
  const plain = collect(scaled, [learned, heldOut], (rows, row, place) => standardAt(rows, scaled, row, place));
  const held = collect(scaled, [heldOut], (rows, row, place) =>
    predictable(row, place) ? standardAt(rows, scaled, row, place) : Number.NaN,
  );
  const residuals = collect(
    scaled,
    [heldOut],
    (rows, row, place) => standardAt(rows, scaled, row, place) - predicted[row * width + place]!,
  );
  const none = new Float64Array(0);
  return new Map(
    [...scaled].map(([code, places]) => {
      const judged = places.map((slot, place) => {
        const [every, later, errors] = [plain, held, residuals].map((lists) => lists.get(code)?.[place] ?? none);
        return judgedSlot(slot, every ?? none, later ?? none, errors ?? none, confidence);
      });
      return [code, judged] as const;
    }),
  );
}

/** Numbers of each place of each key over some rows; what is NaN is left out. */
function collect(
  slots: KeySlots,
  sets: readonly ValueRows[],
  numberAt: (rows: ValueRows, row: number, place: number) => number,
): ReadonlyMap<number, readonly Float64Array[]> {
  const lists = new Map([...slots].map(([code, places]) => [code, places.map((): number[] => [])]));
  for (const rows of sets) {
    for (let row = 0; row < rows.count; row++) {
      lists.get(rows.key[row]!)?.forEach((list, place) => {
        const value = numberAt(rows, row, place);
        if (!Number.isNaN(value)) list.push(value);
      });
    }
  }
  return new Map([...lists].map(([code, places]) => [code, places.map((list) => Float64Array.from(list))]));
}
