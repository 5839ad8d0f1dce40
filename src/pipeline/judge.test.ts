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
});
