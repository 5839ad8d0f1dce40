import { describe, expect, it } from 'vitest';
import { flagEverything } from '../models/flag-everything.ts';
import { unseenKey } from '../models/floors.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { eventFigures } from './event-level.ts';
import { judgeDetector } from './judge-detector.ts';
import { UNLABELLED } from './truth.ts';

const DAY = 86_400_000;
const train = sequencesOf([
  ['a', 'b'],
  ['a', 'c'],
  ['b', 'c'],
]);
/** Row 1 stands for two events; the last row has no label. */
const test: SequenceSet = {
  ...sequencesOf([['a', 'x', 'x', 'b'], ['y', 'c', 'z'], ['a']]),
  events: Int32Array.of(0, 1, 1, 2, 3, 4, 5, 6),
  labels: Uint8Array.of(1, 0, 0),
};
const testEvents = {
  time: Float64Array.of(0, 1, 2, 3, 4, 5, 6).map((at) => (at * DAY) / 3),
  labels: Uint8Array.of(0, 1, 1, 0, 0, UNLABELLED, 0),
};
const options = { seed: 1, validationSplit: 0.3, score: 'nll' } as const;

describe('figures of events', () => {
  it('count each labelled event once, by its worst score, and false alarms by the days of the test', async () => {
    const { figures } = await judgeDetector(unseenKey, train, test, test.labels ?? new Uint8Array(), {
      ...options,
      testEvents,
    });
    // Flagged: rows 1 (anomalous), 3 (normal), 5 (unlabelled). Anomalous: rows 1, 2. Two days.
    expect(figures.eventLevel).toMatchObject({ precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, falseAlarmsPerDay: 1 / 2 });
    expect(figures.eventLevel?.auroc).toBeCloseTo((1 * 3.5 + 1 * 1.5) / 8, 12);
    expect(figures.falseAlarmsPerDay).toBe(1 / 2);
  });

  it('have no rate per day without times, and are not there without labels of events', async () => {
    const judged = await judgeDetector(flagEverything, train, test, test.labels ?? new Uint8Array(), options);
    expect(judged.figures.falseAlarmsPerDay).toBeNaN();
    expect(judged.figures.eventLevel).toBeUndefined();
    const scores = {
      offsets: Int32Array.of(0, 4, 7, 8),
      nll: new Float32Array(8),
      rank: Int32Array.of(1, 9, 2, 1, 5, 1, 1, 1),
      sequence: new Float32Array(3),
    };
    const { labels } = testEvents;
    expect(eventFigures(scores, test, { labels }, 3, 'top-k')).toMatchObject({
      precision: 1 / 2,
      recall: 1 / 2,
      falseAlarmsPerDay: Number.NaN,
    });
  });
});
