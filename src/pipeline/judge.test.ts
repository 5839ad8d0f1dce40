import { describe, expect, it } from 'vitest';
import type { DetectorModel } from '../models/index.ts';
import { scoreOffsets, sequencesOf } from '../sequence/index.ts';
import { judge } from './judge.ts';

/** A model that finds everything as surprising as it is told to, in the order of the events. */
function modelSaying(nll: readonly number[]): DetectorModel {
  return {
    detector: 'told',
    description: {
      kind: 'told',
      hyperParameters: {},
      vocabulary: ['a', 'b'],
      seed: 1,
      history: [],
      trainingDataHash: '',
      trainingEvents: 0,
    },
    score: async (set) => ({
      offsets: scoreOffsets(set),
      nll: Float32Array.from(nll),
      rank: new Int32Array(nll.length).fill(1),
      sequence: new Float32Array(set.count).fill(1),
    }),
    encode: async () => {
      throw new Error('is not saved');
    },
    dispose: async () => {},
  };
}

const percentile = { level: 0.9, value: 5, low: 5, high: 5 };
const rule = {
  threshold: 2,
  eventThreshold: 5,
  calibration: { calibrated: true, events: 1000, percentiles: [percentile, percentile, percentile] as const },
  vocabulary: ['a', 'b'],
};

describe('a sequence is flagged', () => {
  const flagsOf = async (keys: string, nll: readonly number[], threshold = rule.threshold) => {
    const judged = await judge(modelSaying(nll), sequencesOf([keys.split(' ')]), { ...rule, threshold });
    return { events: judged.events.map(({ position }) => position), sequence: judged.flagged[0] };
  };

  it('for its score', async () => {
    expect(await flagsOf('a b', [1, 1, 1])).toEqual({ events: [], sequence: 0 });
    expect(await flagsOf('a b', [1, 1, 1], 0.5)).toEqual({ events: [], sequence: 1 });
  });

  it('for a key never seen, and for an end out of place', async () => {
    expect(await flagsOf('a c', [1, 1, 1])).toEqual({ events: [1], sequence: 1 });
    expect(await flagsOf('a b', [1, 1, 9])).toEqual({ events: [2], sequence: 1 });
  });

  it('not for one unusual event of many, which chance brings up', async () => {
    expect(await flagsOf('a b', [1, 9, 1])).toEqual({ events: [1], sequence: 0 });
  });

  it('for a value far outside, as an event is for any outside; or only where the key is odd too', async () => {
    const outside = { parameter: 1, value: 9, low: 0, high: 1, deviation: 2, by: 'gaussian' } as const;
    const judged = async (alarm: 'any' | 'both', nll: readonly number[]) => {
      const model: DetectorModel = {
        ...modelSaying(nll),
        parameters: async () => ({ judged: 2, findings: [{ ...outside, row: 1 }], flagged: Uint8Array.of(1) }),
      };
      const values = { time: new Float64Array(2), offsets: new Int32Array(3), numbers: new Float64Array(0) };
      const set = { ...sequencesOf([['a', 'b']]), events: Int32Array.of(0, 1), values };
      const { events, flagged, judgedValues } = await judge(model, set, { ...rule, alarm });
      return { events: events.map(({ position, flags }) => [position, ...flags]), flagged: flagged[0], judgedValues };
    };
    expect(await judged('any', [1, 1, 1])).toEqual({ events: [[1, 'value']], flagged: 1, judgedValues: 2 });
    expect(await judged('both', [9, 1, 9])).toEqual({ events: [], flagged: 0, judgedValues: 2 });
    expect(await judged('both', [1, 9, 1])).toEqual({ events: [[1, 'score', 'value']], flagged: 1, judgedValues: 2 });
  });
});
