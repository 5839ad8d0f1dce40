import { expect, it } from 'vitest';
import { normalQuantile } from './statistics.ts';

// Values of R's qnorm.
it.each([
  [0.5, 0],
  [0.6, 0.253347103],
  [0.975, 1.959963985],
  [0.025, -1.959963985],
  [0.9995, 3.290526731],
  [1e-12, -7.034483825],
])('the normal quantile of %d is %d', (p, quantile) => {
  expect(normalQuantile(p)).toBeCloseTo(quantile, 5);
});
