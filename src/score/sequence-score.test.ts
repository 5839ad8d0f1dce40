import { expect, test } from 'vitest';
import { sequenceScores } from './sequence-score.ts';

const offsets = Int32Array.of(0, 5, 5, 6, 8);
const nll = Float32Array.of(1, 4, 2, 3, 0, 7, 5, 6);

test('the score of a sequence is its most surprising event unless told otherwise', () => {
  expect([...sequenceScores(offsets, nll)]).toEqual([4, 0, 7, 6]);
});

test('the mean of the worst three takes what there is', () => {
  expect([...sequenceScores(offsets, nll, 'worst-three')]).toEqual([3, 0, 7, 5.5]);
});

test('the sum counts every event', () => {
  expect([...sequenceScores(offsets, nll, 'sum')]).toEqual([10, 0, 7, 11]);
});
