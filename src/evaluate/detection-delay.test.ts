import { expect, it } from 'vitest';
import { detectionDelay } from './detection-delay.ts';

const offsets = Int32Array.of(0, 3, 6, 10);
const nll = Float32Array.of(0, 5, 6, 1, 1, 1, 0, 0, 0, 9);
const rank = Int32Array.of(1, 1, 8, 1, 1, 1, 1, 7, 1, 1);
const byEvent = { offsets, nll, rank, sequence: Float32Array.of(6, 1, 9) };

it('counts the events until the first that is above the threshold', () => {
  expect(detectionDelay(byEvent, [1, 0, 0], 4, 'nll')).toBe(2);
  expect(detectionDelay(byEvent, [0, 0, 1], 4, 'nll')).toBe(4);
  expect(detectionDelay(byEvent, [1, 0, 1], 4, 'nll')).toBe(3);
  expect(detectionDelay(byEvent, [1, 0, 1], 6, 'top-k')).toBe(2.5);
});

it('knows of a score of the whole sequence only at its end', () => {
  expect(detectionDelay({ ...byEvent, sequence: Float32Array.of(12, 3, 9) }, [1, 0, 0], 4, 'nll')).toBe(3);
});

it('is unknown where nothing anomalous is flagged', () => {
  expect(detectionDelay(byEvent, [0, 1, 0], 4, 'nll')).toBeNaN();
});
