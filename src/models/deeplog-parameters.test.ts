import { beforeAll, describe, expect, test } from 'vitest';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng, type Rng } from '../util/rng.ts';
import { deeplog } from './deeplog.ts';
import type { DetectorModel, EncodedModel, ParameterVerdict } from './detector.ts';

const OPTIONS = { window: 3, embedding: 8, hidden: 16, layers: 1, epochs: 2, lr: 0.02, seed: 1, threads: 1 };

/** An event: its key, seconds since the one before, and its numbers. */
type Event = readonly [key: string, gap: number, ...numbers: number[]];

describe('values', () => {
  test('outside their interval are found, with what they are and what was usual', async () => {
    const model = await deeplog.fit(transfers(1, 150), transfers(2, 40), OPTIONS);
    const verdict = await judged(
      model,
      carrying([
        [
          ['open', 0, 5],
          ['copied', 1, 100, 7],
          ['copied', 1, 180, 7],
          ['copied', 90, 100, 7],
          ['close', 1],
        ],
      ]),
    );
    expect(verdict.findings).toMatchObject([
      { row: 2, parameter: 1, value: 180 },
      { row: 3, parameter: 'time', value: 90 },
    ]);
    for (const { low, high, value, deviation } of verdict.findings) {
      expect(low).toBeLessThan(high);
      expect(value).toBeGreaterThan(high);
      expect(deviation).toBeGreaterThan(1);
    }
    // 100 +- 10 x 3.29
    expect(verdict.findings[0]?.high).toBeGreaterThan(125);
    expect(verdict.findings[0]?.high).toBeLessThan(145);
    expect([...verdict.flagged]).toEqual([1]);
    await model.dispose();
  });

  test('of normal time lie outside about as often as promised', async () => {
    const model = await deeplog.fit(transfers(1, 400), transfers(2, 100), { ...OPTIONS, confidence: 0.99 });
    const verdict = await judged(model, transfers(3, 400));
    const share = verdict.findings.length / verdict.judged;
    expect(share).toBeGreaterThan(0.003);
    expect(share).toBeLessThan(0.02);
    const sessions = verdict.flagged.reduce((sum, flag) => sum + flag, 0) / verdict.flagged.length;
    expect(sessions).toBeLessThan(0.03);
    await model.dispose();
  });

  test('that follow from those before are held against them: usual numbers in the wrong place are found', async () => {
    const model = await deeplog.fit(waves(1, 80), waves(2, 20), OPTIONS);
    expect(model.description.hyperParameters.parameters).toMatch(/: 1 by a network/);
    const usual = waveOf(createRng(5), 30);
    const place = usual.findIndex(([, , load], i) => i > 10 && (load ?? 0) > 75);
    const wrong = usual.map((event, i): Event => (i === place ? ['load', 1, 25] : event));
    expect((await judged(model, carrying([usual]))).findings).toEqual([]);
    const { findings } = await judged(model, carrying([wrong]));
    expect(findings.find(({ row }) => row === place)).toMatchObject({ parameter: 1, by: 'network' });
    await model.dispose();
  });

  test('that are few, count up or never changed are not judged, and the description says so', async () => {
    const lists = Array.from({ length: 100 }, (_, s): Event[] => [
      ['open', 1, 1000 + s, 7],
      ...(s < 10 ? [['rare', 1, s] as const] : []),
    ]);
    const model = await deeplog.fit(carrying(lists), carrying(lists.slice(0, 20)), OPTIONS);
    expect(model.description.hyperParameters.parameters).toBe(
      '4 values of 2 keys: 0 by a network, 0 by a plain Gaussian interval, not judged 3 with too few values and 1 that count up',
    );
    const odd = carrying([
      [
        ['open', 1, 9_000_000, 8],
        ['rare', 99, -5],
      ],
    ]);
    expect(await judged(model, odd)).toMatchObject({ judged: 0, findings: [] });
    await model.dispose();
  });

  test('that never changed in a thousand events are found when they do', async () => {
    const lists = (count: number): Event[][] => Array.from({ length: count }, () => [['login', 0, 0]]);
    const model = await deeplog.fit(carrying(lists(1200)), carrying(lists(100)), OPTIONS);
    const { findings } = await judged(model, carrying([[['login', 0, 0]], [['login', 0, 1000]]]));
    expect(findings).toMatchObject([{ row: 2, parameter: 1, value: 1000 }]);
    await model.dispose();
  });

  test('are judged by session: its neighbours change nothing', async () => {
    const model = await deeplog.fit(waves(1, 80), waves(2, 20), OPTIONS);
    const lists = Array.from({ length: 6 }, (_, s) => {
      const wave = waveOf(createRng(50 + s), 20);
      return s % 2 ? wave.map((event, i): Event => (i === 11 ? ['load', 30, 500] : event)) : wave;
    });
    const together = await judged(model, carrying(lists));
    const apart = await Promise.all(lists.map((list) => judged(model, carrying([list]))));
    expect(together.findings.length).toBeGreaterThan(0);
    const width = 21;
    expect(together.findings.map(({ row, parameter, value }) => [row, parameter, value])).toEqual(
      apart.flatMap(({ findings }, s) =>
        findings.map(({ row, parameter, value }) => [s * width + row, parameter, value]),
      ),
    );
    await model.dispose();
  });

  test.each([1, 3, 7, 100])('as a stream, in chunks of %i events, are judged as at once', async (size) => {
    const model = await deeplog.fit(waves(1, 80), waves(2, 20), OPTIONS);
    const lists = [3, 4].map((seed) =>
      waveOf(createRng(seed), 25).map((event, i): Event => (i % 8 ? event : ['load', 9, 70])),
    );
    const set = { ...carrying(lists), closed: new Uint8Array(2) };
    const whole = await judged(model, set);
    expect(whole.findings.some(({ by }) => by === 'network')).toBe(true);
    let states: readonly (Float64Array | null)[] = [null, null];
    const found: unknown[] = [];
    for (let from = 0; from < 25; from += size) {
      const length = Math.min(size, 25 - from);
      const chunk = chunkOf(set, from, length);
      const stream = await model.stepParameters?.(states, chunk);
      if (!stream) throw new Error('DeepLog must judge live values.');
      for (const finding of stream.verdict.findings) {
        const session = Math.floor(finding.row / length);
        found.push({ ...finding, row: session * 25 + from + (finding.row % length) });
      }
      expect(new Set(stream.states.map(({ length: numbers }) => numbers)).size).toBe(1);
      states = stream.states;
    }
    const inOrder = (found as typeof whole.findings).toSorted((a, b) => a.row - b.row);
    expect(inOrder.map(({ row, parameter, by }) => [row, parameter, by])).toEqual(
      whole.findings.map(({ row, parameter, by }) => [row, parameter, by]),
    );
    inOrder.forEach(({ low, high }, i) => {
      expect(low).toBeCloseTo(whole.findings[i]?.low ?? Number.NaN, 3);
      expect(high).toBeCloseTo(whole.findings[i]?.high ?? Number.NaN, 3);
    });
    await model.dispose();
  });

  test('are judged the same by a model read back, and after feedback', async () => {
    const model = await deeplog.fit(waves(1, 80), waves(2, 20), OPTIONS);
    const odd = carrying([waveOf(createRng(9), 30).map((event, i): Event => (i % 7 ? event : ['load', 1, 300]))]);
    const verdict = await judged(model, odd);
    expect(verdict.findings.length).toBeGreaterThan(0);
    const decoded = await deeplog.decode(await model.encode());
    expect(await judged(decoded, odd)).toEqual(verdict);
    const updated = await model.update?.({ sequences: sequencesOf([['load', 'new']]) }, OPTIONS);
    if (!updated) throw new Error('DeepLog must learn from feedback.');
    expect(await judged(updated, odd)).toEqual(verdict);
    await Promise.all([model.dispose(), decoded.dispose(), updated.dispose()]);
  });

  test('are nothing to a model that was trained without them, and keys alone nothing to one trained with them', async () => {
    const plain = await deeplog.fit(sequencesOf([['open', 'close']]), sequencesOf([]), OPTIONS);
    expect(await plain.parameters?.(transfers(1, 2))).toBeNull();
    expect(plain.description.hyperParameters.parameters).toBe('none: the training sequences carry no values');
    const model = await deeplog.fit(transfers(1, 50), transfers(2, 10), OPTIONS);
    expect(await judged(model, sequencesOf([['open', 'copied']]))).toMatchObject({ judged: 0, findings: [] });
    await Promise.all([plain.dispose(), model.dispose()]);
  });
});

describe('files of values', () => {
  let encoded: EncodedModel;

  beforeAll(async () => {
    const model = await deeplog.fit(waves(1, 80), waves(2, 20), OPTIONS);
    encoded = await model.encode();
    await model.dispose();
  });

  test.each([
    ['parameters.json', 'cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 9)],
    ['parameters.json', 'changed', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte))],
    ['parameters.safetensors', 'cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 9)],
    ['parameters.safetensors', 'changed', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 900 ? byte ^ 1 : byte))],
    ['parameters.json', 'gone', () => undefined],
    ['parameters.safetensors', 'gone', () => undefined],
  ])('%s that is %s is refused', async (name, _, spoil) => {
    const { description, files } = encoded;
    const spoiled = spoil(files.get(name) ?? new Uint8Array());
    const others = [...files].filter(([file]) => file !== name);
    const damaged = new Map(spoiled ? [...others, [name, spoiled] as const] : others);
    await expect(deeplog.decode({ description, files: damaged })).rejects.toMatchObject({
      code: expect.stringMatching(/^E_MODEL_CORRUPT|E_FORMAT_INVALID$/),
    });
  });
});

// --- internal ---

/** Sequences whose events carry values, one row of the event table each. */
function carrying(lists: readonly (readonly Event[])[]): SequenceSet {
  const events = lists.flat();
  const time: number[] = [];
  for (const list of lists) {
    let now = 1e12;
    for (const [, gap] of list) {
      now += gap * 1000;
      time.push(now);
    }
  }
  const offsets = new Int32Array(events.length + 1);
  events.forEach((event, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + event.length - 2;
  });
  return {
    ...sequencesOf(lists.map((list) => list.map(([key]) => key))),
    events: Int32Array.from(events.keys()),
    values: {
      time: Float64Array.from(time),
      offsets,
      numbers: Float64Array.from(events.flatMap(([, , ...numbers]) => numbers)),
    },
  };
}

/** Events `from .. from + length` of each sequence. */
function chunkOf(set: SequenceSet, from: number, length: number): SequenceSet {
  const positions = Array.from({ length: set.count }, (_, s) =>
    Array.from({ length }, (__, i) => (set.offsets[s] ?? 0) + from + i),
  ).flat();
  return {
    ...set,
    offsets: Int32Array.from({ length: set.count + 1 }, (_, s) => s * length),
    keys: Int32Array.from(positions, (at) => set.keys[at] ?? -1),
    events: Int32Array.from(positions, (at) => set.events?.[at] ?? -1),
  };
}

/** `open copied+ close`: 100 +- 10 bytes a second, 7 of something. */
function transfers(seed: number, count: number): SequenceSet {
  const rng = createRng(seed);
  return carrying(
    Array.from({ length: count }, (): Event[] => [
      ['open', 0, 5 + rng.int(3)],
      ...Array.from(
        { length: 5 + rng.int(5) },
        (): Event => ['copied', 1 + 0.1 * rng.normal(), 100 + 10 * rng.normal(), 7 + rng.normal()],
      ),
      ['close', 1 + 0.1 * rng.normal()],
    ]),
  );
}

/** A load that swings between 20 and 80, every session from another place. */
function waveOf(rng: Rng, length: number): Event[] {
  const phase = rng.next() * 2 * Math.PI;
  return Array.from({ length }, (_, i) => ['load', 1, 50 + 30 * Math.sin(phase + i * 0.7) + rng.normal()]);
}

function waves(seed: number, count: number): SequenceSet {
  const rng = createRng(seed);
  return carrying(Array.from({ length: count }, () => waveOf(rng, 30)));
}

async function judged(model: DetectorModel, set: SequenceSet): Promise<ParameterVerdict> {
  const verdict = await model.parameters?.(set);
  if (!verdict) throw new Error('DeepLog must judge values.');
  return verdict;
}
