import { expect, it } from 'vitest';
import { createBudget } from '../alert/index.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { createOnlinePipeline } from './online-pipeline.ts';
import { createStateSaver } from './state-saver.ts';

function saver() {
  let time = 1000;
  const pipeline = createOnlinePipeline({
    ...{ session: { kind: 'process' }, sessionTimeout: 1000, mostSessions: 10, learnLines: 10 },
    ...{ alpha: () => 1, leastSeverity: () => 'LOW' as const, knowledge: {} },
  });
  const places = new Map([[1, { generation: 'g', line: 1 }]]);
  const clock = { now: () => time, after: () => () => {} };
  const budget = createBudget({ perDay: 10 });
  return {
    ...{ places, saver: createStateSaver({ pipeline, budget, places, clock, every: 100, mostLines: 50, saved: time }) },
    at: (now: number) => {
      time = now;
    },
  };
}

/** Lets what runs beside the test come to its end. */
const beside = async (ready: () => boolean): Promise<void> => {
  while (!ready()) await new Promise((resolve) => setImmediate(resolve));
};

it('is due after its time, after so many lines, and where the clock was set back; never without lines', () => {
  const { saver: mine, at } = saver();
  at(1100);
  expect(mine.due(0)).toBe(false);
  expect(mine.due(1)).toBe(true);
  at(1050);
  expect(mine.due(1)).toBe(false);
  expect(mine.due(48)).toBe(true);
  at(900);
  expect(mine.due(0)).toBe(true);
});

it('gives a state that was begun once, when its last record is known, as it was then', async () => {
  const { saver: mine, places } = saver();
  const stored = mine.begin();
  places.set(1, { generation: 'g', line: 9 });
  expect(mine.take()).toBeNull();
  stored(7);
  let taken = mine.take();
  await beside(() => {
    taken ??= mine.take();
    return taken !== null;
  });
  expect(taken?.record).toBe(7);
  expect(decodeCheckpoint(taken!.encode(7))).toMatchObject({ record: 7, places: [[1, { generation: 'g', line: 1 }]] });
  expect(mine.take()).toBeNull();
});

it('forgets one that was begun before a later one', async () => {
  const { saver: mine } = saver();
  mine.begin()(7);
  const later = await mine.now();
  expect(later.record).toBeUndefined();
  expect(mine.take()).toBeNull();
});
