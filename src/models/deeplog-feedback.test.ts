import { describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { deeplog } from './deeplog.ts';
import { joinWindows, sampleWindows } from './deeplog-replay.ts';
import type { DetectorModel } from './detector.ts';
import type { UniqueWindows } from './window-runs.ts';

const OPTIONS = { window: 4, embedding: 8, hidden: 16, batchSize: 32, epochs: 30, lr: 0.02, seed: 1, threads: 1 };

describe('feedback', () => {
  test('after many updates what was marked is normal, what was normal is, and what was anomalous is', async () => {
    let model = await deeplog.fit(normal(1), normal(2), OPTIONS);
    // Twice what normal sessions reach: new ways on take probability from the old ones.
    const threshold = 2 * Math.max(...(await model.score(normal(3))).sequence);
    const found = await flagged(model, anomalies(), threshold);
    expect(found).toBe(anomalies().count);
    const marked = [
      ['open', 'read', 'open', 'read', 'close'],
      ['open', 'audit', 'read', 'close'],
      ['open', 'read', 'flush', 'close'],
      ['open', 'audit', 'read', 'flush', 'close'],
    ];
    for (let round = 0; round < 2; round++) {
      for (const list of marked) model = await replaced(model, { sequences: sequencesOf([list]) });
    }
    expect(await flagged(model, sequencesOf(marked), threshold)).toBe(0);
    expect(await flagged(model, normal(3), threshold)).toBe(0);
    expect(await flagged(model, anomalies(), threshold)).toBe(found);
    expect(model.description).toMatchObject({ hyperParameters: { updates: 8 } });
    expect(model.description.vocabulary).toEqual(expect.arrayContaining(['audit', 'flush']));
    await model.dispose();
  });

  test('an update can be taken back: the model itself stays as it was', async () => {
    const model = await deeplog.fit(normal(1), normal(2), OPTIONS);
    const before = await model.score(anomalies());
    const updated = await model.update?.({ sequences: anomalies() }, OPTIONS);
    expect(await model.score(anomalies())).toEqual(before);
    expect(updated?.description.trainingDataHash).not.toBe(model.description.trainingDataHash);
    await Promise.all([model.dispose(), updated?.dispose()]);
  });

  test('only marked events are taken for normal: an unseen key beside them stays unseen', async () => {
    const model = await deeplog.fit(normal(1), normal(2), OPTIONS);
    const sequences = sequencesOf([['open', 'audit', 'exploit', 'close']]);
    const before = await model.score(sequences);
    const updated = await replaced(model, { sequences, rows: [1] });
    const after = await updated.score(sequences);
    expect(after.nll[1]).toBeLessThan(before.nll[1] ?? 0);
    expect(updated.description.vocabulary).toContain('audit');
    expect(updated.description.vocabulary).not.toContain('exploit');
    expect(after.rank[2]).toBe(updated.description.vocabulary.length);
    await updated.dispose();
  });

  test('goes on from its files as from memory, with the same result to the bit', async () => {
    const model = await deeplog.fit(normal(1), normal(2), OPTIONS);
    const decoded = await deeplog.decode(await model.encode());
    const feedback = { sequences: sequencesOf([['open', 'audit', 'read', 'close']]) };
    const [one, two] = [await replaced(model, feedback), await replaced(decoded, feedback)];
    expect(await one.score(normal(3))).toEqual(await two.score(normal(3)));
    expect(one.description).toEqual(two.description);
    await Promise.all([one.dispose(), two.dispose()]);
  });

  test('refuses to learn from nothing, and from events that are not there', async () => {
    const model = await deeplog.fit(normal(1), normal(2), { ...OPTIONS, epochs: 1 });
    await expect(model.update?.({ sequences: sequencesOf([]) }, OPTIONS)).rejects.toMatchObject({
      code: 'E_TOO_LITTLE_DATA',
    });
    const sequences = sequencesOf([['open', 'close']]);
    await expect(model.update?.({ sequences, rows: [3] }, OPTIONS)).rejects.toMatchObject({ code: 'E_USAGE' });
    await model.dispose();
  });
});

describe('the windows a model keeps', () => {
  test('are all of them where they fit, and a bounded sample that keeps sums of weights where not', () => {
    const rng = createRng(1);
    const weight = Float32Array.from({ length: 1000 }, () => Math.ceil(rng.exponential(20)));
    const windows = {
      count: 1000,
      size: 1,
      history: Int32Array.from(weight.keys()),
      next: Int32Array.from(weight.keys()),
      weight,
    };
    expect(sampleWindows(windows, 1000, rng)).toBe(windows);
    const even = (set: UniqueWindows): number =>
      set.weight.reduce((sum, value, row) => sum + ((set.next[row] ?? 0) % 2 === 0 ? value : 0), 0);
    const samples = Array.from({ length: 40 }, (_, seed) => sampleWindows(windows, 200, createRng(seed)));
    expect(samples.every(({ count, weight: { length } }) => count === 200 && length === 200)).toBe(true);
    const mean = samples.reduce((sum, sample) => sum + even(sample), 0) / samples.length;
    expect(Math.abs(mean / even(windows) - 1)).toBeLessThan(0.03);
  });

  test('are kept once, with the sum of their weights', () => {
    const a = {
      count: 2,
      size: 2,
      history: Int32Array.of(3, 4, 4, 5),
      next: Int32Array.of(5, 6),
      weight: Float32Array.of(1, 2),
    };
    const b = {
      count: 2,
      size: 2,
      history: Int32Array.of(4, 5, 7, 7),
      next: Int32Array.of(6, 6),
      weight: Float32Array.of(10, 20),
    };
    expect(joinWindows(a, b)).toEqual({
      count: 3,
      size: 2,
      history: Int32Array.of(3, 4, 4, 5, 7, 7),
      next: Int32Array.of(5, 6, 6),
      weight: Float32Array.of(1, 12, 20),
    });
  });
});

// --- internal ---

/** `open (read | write)+ close` */
function normal(seed: number): SequenceSet {
  const rng = createRng(seed);
  return sequencesOf(
    Array.from({ length: 60 }, () => [
      'open',
      ...Array.from({ length: 1 + rng.int(4) }, () => rng.pick(['read', 'write'])),
      'close',
    ]),
  );
}

function anomalies(): SequenceSet {
  return sequencesOf([
    ['open', 'close', 'read'],
    ['write', 'read', 'close'],
    ['open', 'read', 'write'],
    ['open', 'write', 'exploit', 'close'],
    ['close', 'write', 'open'],
  ]);
}

async function flagged(model: DetectorModel, set: SequenceSet, threshold: number): Promise<number> {
  return (await model.score(set)).sequence.filter((score) => score > threshold).length;
}

/** The model after feedback; the one before is disposed of. */
async function replaced(
  model: DetectorModel,
  feedback: Parameters<NonNullable<DetectorModel['update']>>[0],
): Promise<DetectorModel> {
  const updated = await model.update?.(feedback, OPTIONS);
  await model.dispose();
  if (!updated) throw new Error('DeepLog must learn from feedback.');
  return updated;
}
