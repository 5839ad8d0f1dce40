import { describe, expect, test } from 'vitest';
import { CaracalError } from '../errors.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceScores, SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import type { Detector, DetectorModel, StreamState } from './detector.ts';

/** A detector, and options that make it learn the grammar fast. */
export interface DetectorCase<Options extends object> {
  readonly detector: Detector<Options>;
  readonly options: Partial<Options>;
  /** What a method cannot see by its nature. */
  readonly blindTo?: readonly Blindness[];
}

/**
 * `amounts`: how far beyond the usual a count is. `grammar`: the suite's whole grammar; the
 * method's own test shows what it does see.
 */
type Blindness = 'order' | 'place' | 'new keys' | 'amounts' | 'grammar';

/**
 * The conformance suite of `Detector`: what a user may rely on whatever the method. The
 * grammar of the normal sequences is `open (read | write)+ close`.
 */
export function detectorCases<Options extends object>({
  detector,
  options,
  blindTo = [],
}: DetectorCase<Options>): void {
  const learn = (seed = 1, train = normal(1), validation = normal(2)): Promise<DetectorModel> =>
    detector.fit(train, validation, { ...options, seed, threads: 1 });

  /** `test` for what the method can see. */
  const unless = (trait: 'place' | 'new keys' | 'grammar'): typeof test | (() => void) =>
    blindTo.includes(trait) ? () => {} : test;

  describe(`${detector.name} as a detector`, () => {
    unless('grammar')('learns what is normal: a broken sequence scores higher than every normal one', async () => {
      const model = await learn();
      const usual = await model.score(normal(3));
      const broken = await model.score(
        sequencesOf(
          blindTo.includes('order')
            ? [
                Array.from({ length: 12 }, () => 'open'),
                ...(blindTo.includes('amounts')
                  ? []
                  : [['open', ...Array.from({ length: 30 }, () => 'read'), 'close']]),
              ]
            : [
                ['open', 'read', 'open', 'close'],
                ['close', 'read', 'write', 'open'],
                ['open', 'read', 'write'],
              ],
        ),
      );
      expect(Math.min(...broken.sequence)).toBeGreaterThan(Math.max(...usual.sequence));
      await model.dispose();
    });

    unless('place')('points at the event: the wrong key is the most surprising of its sequence', async () => {
      const model = await learn();
      const { nll } = await model.score(sequencesOf([['open', 'read', 'close', 'write', 'close']]));
      expect(nll.indexOf(Math.max(...nll))).toBe(3);
      await model.dispose();
    });

    test('is deterministic: the same seed and data give the same scores to the bit', async () => {
      const [first, second] = [await learn(7), await learn(7)];
      expect(await first.score(normal(3))).toEqual(await second.score(normal(3)));
      expect(first.description.trainingDataHash).toBe(second.description.trainingDataHash);
      await Promise.all([first.dispose(), second.dispose()]);
    });

    test('a model read back from its files gives the same scores and description', async () => {
      const model = await learn();
      const decoded = await detector.decode(await model.encode());
      expect(await decoded.score(mixed())).toEqual(await model.score(mixed()));
      expect(decoded.description).toEqual(model.description);
      await Promise.all([model.dispose(), decoded.dispose()]);
    });

    unless('new keys')('a key it has never seen is surprising and never among the expected', async () => {
      const model = await learn();
      const { nll, rank } = await model.score(sequencesOf([['open', 'read', 'exploit', 'close']]));
      const usual = await model.score(normal(3));
      expect(nll[2]).toBeGreaterThan(Math.max(...usual.nll));
      expect(rank[2]).toBeGreaterThan(4);
      await model.dispose();
    });

    test('gives one score per key, and one more for the end of a closed session', async () => {
      const model = await learn();
      const lists = [[], ['open'], ['open', 'read', 'close']];
      const closed = await model.score(sequencesOf(lists, { closed: true }));
      const open = await model.score(sequencesOf(lists, { closed: false }));
      expect([...closed.offsets]).toEqual([0, 1, 3, 7]);
      expect([...open.offsets]).toEqual([0, 0, 1, 4]);
      for (const scores of [closed, open]) expectSound(scores, lists.length);
      expect([...open.nll]).toEqual([...closed.nll].filter((_, row) => ![0, 2, 6].includes(row)));
      await model.dispose();
    });

    test('judges nothing without complaint', async () => {
      const model = await learn();
      const scores = await model.score(sequencesOf([]));
      expect([scores.nll.length, scores.sequence.length]).toEqual([0, 0]);
      await model.dispose();
    });

    test('judges each sequence on its own: neighbours change nothing', async () => {
      const model = await learn();
      const all = await model.score(mixed());
      const [, second] = mixedLists();
      const alone = await model.score(sequencesOf([second ?? []]));
      const rows = all.nll.slice(all.offsets[1], all.offsets[2]);
      expect([...alone.nll].map((value, row) => Math.abs(value - (rows[row] ?? 0))).every((gap) => gap < 1e-4)).toBe(
        true,
      );
      await model.dispose();
    });

    test('judges what repeats as it judges it once', async () => {
      const model = await learn();
      const lists = mixedLists();
      const once: number[] = [];
      for (const list of lists) once.push(...(await model.score(sequencesOf([list]))).nll);
      const { nll } = await model.score(sequencesOf([...lists, ...lists, ...lists]));
      const gaps = Array.from(nll, (value, row) => Math.abs(value - (once[row % once.length] ?? 0)));
      expect(nll.length).toBe(3 * once.length);
      expect(Math.max(...gaps)).toBeLessThan(1e-4);
      await model.dispose();
    });

    test('learns from one key, and from sequences shorter than any window', async () => {
      const model = await learn(1, sequencesOf([['tick'], ['tick', 'tick']]), sequencesOf([['tick']]));
      expectSound(await model.score(sequencesOf([['tick'], ['tock']])), 2);
      await model.dispose();
    });

    test('learns without validation sequences', async () => {
      const model = await learn(1, normal(1), sequencesOf([]));
      expectSound(await model.score(normal(3)), 40);
      await model.dispose();
    });

    test('refuses to learn from nothing', async () => {
      await expect(learn(1, sequencesOf([]), sequencesOf([]))).rejects.toMatchObject({ code: 'E_TOO_LITTLE_DATA' });
      await expect(learn(1, sequencesOf([[]]), normal(2))).rejects.toMatchObject({ code: 'E_TOO_LITTLE_DATA' });
    });

    test('rejects files that are missing, cut short or changed', async () => {
      const model = await learn();
      const encoded = await model.encode();
      const rng = createRng(11);
      for (const [name, bytes] of encoded.files) {
        const flipped = bytes.slice();
        const at = rng.int(bytes.length);
        flipped[at] = (flipped[at] ?? 0) ^ 0x10;
        for (const damaged of [
          null,
          new Uint8Array(0),
          bytes.slice(0, bytes.length >> 1),
          bytes.slice(0, -1),
          flipped,
        ]) {
          const files = new Map([...encoded.files].filter(([file]) => file !== name));
          if (damaged) files.set(name, damaged);
          const error = await detector.decode({ ...encoded, files }).catch((cause: unknown) => cause);
          expect(error).toBeInstanceOf(CaracalError);
          expect(error).toMatchObject({ code: 'E_MODEL_CORRUPT' });
        }
      }
      await model.dispose();
    });

    test('as a stream, in chunks of any size, gives what it gives at once', async () => {
      const model = await learn();
      if (model.step) {
        const lists = mixedLists();
        const whole = await model.score(sequencesOf(lists));
        const rng = createRng(3);
        const states: (StreamState | null)[] = lists.map(() => null);
        const nll: number[][] = lists.map(() => []);
        const rest = lists.map((list) => [...list]);
        const closed = lists.map(() => false);
        while (closed.includes(false)) {
          // Some sessions at a time, each with some of its next events; one that has none left is closed.
          const live = [...lists.keys()].filter((s) => !closed[s] && rng.next() < 0.7);
          const parts = live.map((s) => rest[s]?.splice(0, rng.int(4)) ?? []);
          const over = live.map((s) => rest[s]?.length === 0);
          const set = { ...sequencesOf(parts), closed: Uint8Array.from(over, Number) };
          const { scores, states: after } = await model.step(
            live.map((s) => states[s] ?? null),
            set,
          );
          live.forEach((s, i) => {
            nll[s]?.push(...scores.nll.subarray(scores.offsets[i], scores.offsets[i + 1]));
            states[s] = after[i] ?? null;
            closed[s] = over[i] ?? false;
          });
        }
        const streamed = nll.flat();
        expect(streamed).toHaveLength(whole.nll.length);
        // Sums in another order round differently in the last places of a float32.
        streamed.forEach((value, row) => {
          expect(Math.abs(value - (whole.nll[row] ?? 0))).toBeLessThan(1e-4);
        });
        const sizes = new Set(states.map((state) => state?.length));
        expect(sizes.size).toBe(1);
      }
      await model.dispose();
    });

    test('says which candidates it expected, best first', async () => {
      const model = await learn();
      if (model.expected) {
        const set = sequencesOf([['open', 'read', 'close']]);
        const [start = [], end = []] = await model.expected(set, [0, 3], 3);
        expect(start[0]?.template).toBe('open');
        expect(end[0]?.template).toBe('$');
        expect(start[0]?.p).toBeGreaterThan(start[1]?.p ?? 1);
        expect(start.reduce((sum, { p }) => sum + p, 0)).toBeLessThanOrEqual(1.0001);
      }
      await model.dispose();
    });
  });
}

// --- internal ---

function normalLists(seed: number): string[][] {
  const rng = createRng(seed);
  return Array.from({ length: 40 }, () => {
    const body = Array.from({ length: 1 + rng.int(4) }, () => rng.pick(['read', 'write']));
    return ['open', ...body, 'close'];
  });
}

function normal(seed: number): SequenceSet {
  return sequencesOf(normalLists(seed));
}

function mixedLists(): string[][] {
  return [['open', 'read', 'close'], ['write', 'exploit', 'open', 'close'], [], ...normalLists(5)];
}

function mixed(): SequenceSet {
  return sequencesOf(mixedLists());
}

function expectSound(scores: SequenceScores, sequences: number): void {
  expect(scores.sequence).toHaveLength(sequences);
  expect([...scores.nll, ...scores.sequence].every(Number.isFinite)).toBe(true);
  expect([...scores.rank].every((rank) => rank >= 1)).toBe(true);
}
