import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { CheckpointStore } from '../train/index.ts';
import type { SequenceSet } from '../types.ts';
import { sha256Hex } from '../util/hash.ts';
import { createRng } from '../util/rng.ts';
import { deeplog } from './deeplog.ts';
import type { Detector, FitOptions } from './detector.ts';
import { ensemble } from './ensemble.ts';
import { logmamba } from './logmamba.ts';

const SMALL = { hidden: 8, layers: 1, batchSize: 16, epochs: 8, patience: 3, lr: 0.02, seed: 1, threads: 1 };
const CASES: readonly (readonly [Detector, object])[] = [
  [deeplog, { window: 4, embedding: 8 }],
  [logmamba, { heads: 2, state: 4, row: 16, batchSize: 4 }],
];

describe.each(
  CASES.map(([detector, options]) => ({ name: detector.name, detector, options: { ...SMALL, ...options } })),
)('a training of $name that is killed and resumed', ({ detector, options }) => {
  const learn = (more: Partial<FitOptions> = {}, train = sessions(1), validation = sessions(2)) =>
    detector.fit(train, validation, { ...options, ...more });

  test('equals the unbroken one to the bit, wherever it is killed', async () => {
    let steps = 0;
    const unbroken = await outcome(learn({ onStep: () => steps++ }));
    const rng = createRng(5);
    for (const kills of [[1], [steps], [1 + rng.int(steps)], Array.from({ length: 3 }, () => 1 + rng.int(steps / 3))]) {
      const every = 1 + rng.int(7);
      const store = memoryStore();
      for (const kill of kills) {
        const run = learn({ checkpoint: { store, every, resume: true }, onStep: killAfter(kill) });
        await expect(run).rejects.toThrow('killed');
      }
      const resumed = await outcome(learn({ checkpoint: { store, every, resume: true } }));
      expect(resumed).toEqual(unbroken);
    }
  });

  test('does not repeat what was done', async () => {
    const store = memoryStore();
    let last = 0;
    const count = () => last++;
    await outcome(learn({ checkpoint: { store, every: 1, resume: true }, onStep: count }));
    const total = last;
    last = 0;
    await outcome(learn({ checkpoint: { store, every: 1, resume: true }, onStep: count }));
    expect(total).toBeGreaterThan(10);
    expect(last).toBe(0);
  });

  test('is refused with other data or settings, and the error names what differs', async () => {
    const store = memoryStore();
    const checkpoint = { store, every: 2, resume: true };
    await expect(learn({ checkpoint, onStep: killAfter(5) })).rejects.toThrow('killed');
    const kept = await store.read();
    const refused = (what: RegExp) => ({ code: 'E_CHECKPOINT', message: what });
    await expect(learn({ checkpoint, seed: 2 })).rejects.toMatchObject(refused(/seed was 1, now 2/));
    await expect(learn({ checkpoint, threads: 2 })).rejects.toMatchObject(refused(/threads was 1, now 2/));
    await expect(learn({ checkpoint, ...{ hidden: 10, lr: 0.1 } })).rejects.toMatchObject(
      refused(/hidden was 8, now 10; lr was 0.02, now 0.1/),
    );
    await expect(learn({ checkpoint }, sessions(7))).rejects.toMatchObject(refused(/other training sequences/));
    await expect(learn({ checkpoint }, sessions(1), sessions(8))).rejects.toMatchObject(
      refused(/other sequences for validation/),
    );
    expect(await store.read()).toBe(kept);
  });

  test('is refused where the checkpoint is damaged, and begins anew without one', async () => {
    const store = memoryStore();
    await expect(learn({ checkpoint: { store, every: 2, resume: true }, onStep: killAfter(5) })).rejects.toThrow();
    const whole = (await store.read()) ?? new Uint8Array();
    const rng = createRng(3);
    const flipped = Array.from({ length: 20 }, (_, i) => {
      const copy = whole.slice();
      // Half of them in the header.
      copy[rng.int(i % 2 === 0 ? 4000 : whole.length)]! ^= 1;
      return copy;
    });
    for (const damaged of [...flipped, whole.slice(0, -1), whole.slice(0, 100), new Uint8Array(0)]) {
      await store.write(damaged);
      const run = learn({ checkpoint: { store, every: 2, resume: true } });
      await expect(run).rejects.toMatchObject({ code: 'E_CHECKPOINT', message: /damaged/ });
    }
    const plain = await outcome(learn());
    expect(await outcome(learn({ checkpoint: { store, every: 2, resume: false } }))).toEqual(plain);
  });

  test('reports accuracies that grow as it learns', async () => {
    const model = await learn();
    const { history } = model.description;
    const [first, last] = [history[0], history.at(-1)];
    for (const report of history) {
      for (const [one, five] of [
        [report.trainTop1, report.trainTop5],
        [report.validationTop1, report.validationTop5],
      ] as const) {
        expect(one).toBeGreaterThanOrEqual(0);
        expect(one).toBeLessThanOrEqual(five);
        expect(five).toBeLessThanOrEqual(1 + 1e-6);
      }
    }
    expect(last?.trainTop1).toBeGreaterThan(first?.trainTop1 ?? 1);
    // The oracle: ranks of the held-out events, as the model that came out scores them.
    const best = history[Number(model.description.hyperParameters.bestEpoch) - 1];
    const { rank } = await model.score(sessions(2));
    const share = (k: number): number => rank.filter((value) => value <= k).length / rank.length;
    expect(best?.validationTop1).toBeCloseTo(share(1), 5);
    expect(best?.validationTop5).toBeCloseTo(share(5), 5);
    await model.dispose();
  });
});

test('a training of ensemble that is killed goes on in its sequence model', async () => {
  const options = { ...SMALL, heads: 2, state: 4, row: 16, batchSize: 4, epochs: 4 };
  const learn = (more: Partial<FitOptions>) => ensemble.fit(sessions(1), sessions(2), { ...options, ...more });
  const store = memoryStore();
  const checkpoint = { store, every: 2, resume: true };
  await expect(learn({ checkpoint, onStep: killAfter(5) })).rejects.toThrow('killed');
  expect(await outcome(learn({ checkpoint }))).toEqual(await outcome(learn({})));
});

// --- internal ---

/** Sessions that go round a, b, c, with a stray key now and then. */
function sessions(seed: number): SequenceSet {
  const rng = createRng(seed);
  return sequencesOf(
    Array.from({ length: 20 }, () =>
      Array.from({ length: 2 + rng.int(8) }, (_, i) => (rng.next() < 0.1 ? 'stray' : (['a', 'b', 'c'][i % 3] ?? ''))),
    ),
  );
}

/** A store that outlives what is killed. */
function memoryStore(): CheckpointStore {
  let kept: Uint8Array | null = null;
  const parts = new Map<number, CheckpointStore>();
  return {
    part: (number) => {
      const part = parts.get(number) ?? memoryStore();
      parts.set(number, part);
      return part;
    },
    read: async () => kept,
    write: async (checkpoint) => {
      kept = checkpoint;
    },
  };
}

/** Ends the training after so many steps, before a checkpoint of the last one is written. */
function killAfter(steps: number): () => void {
  let left = steps;
  return () => {
    if (--left === 0) throw new Error('killed');
  };
}

/** All that a training came to, but for the time that it took. */
async function outcome(training: ReturnType<Detector['fit']>): Promise<unknown> {
  const model = await training;
  const { description, files } = await model.encode();
  await model.dispose();
  // The ensemble's list of members tells the time too.
  const hashes = [...files]
    .filter(([name]) => name !== 'members.json')
    .map(([name, bytes]) => [name, sha256Hex(bytes)]);
  return { hashes, history: description.history.map(({ seconds: _, ...report }) => report) };
}
