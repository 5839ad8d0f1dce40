import { expect, it } from 'vitest';
import { widthOf } from './io.ts';

it.each([
  [undefined, undefined, 120],
  [0, undefined, 120],
  [80, undefined, 80],
  [undefined, '200', 200],
  [80, '200', 200],
  [80, '0', 80],
  [undefined, 'wide', 120],
])('a terminal of %s columns with COLUMNS=%s is written %i wide', (terminal, environment, width) => {
  expect(widthOf(terminal, environment)).toBe(width);
});
