import { expect, it } from 'vitest';
import { normaliseTemplate, parsingAccuracy } from './parsing-accuracy.ts';

it('is perfect for the truth itself, typed masks and all', () => {
  const truth = ['a <*>', 'a <*>', 'b <*>:<*> c', 'd'];
  const found = ['a <IP>', 'a <IP>', 'b <IP>:<NUM> c', 'd'];
  expect(parsingAccuracy(found, truth)).toEqual({ ga: 1, fga: 1, pa: 1, fta: 1, found: 3, expected: 3 });
});

it('counts groups by all their messages, and texts by each', () => {
  const truth = ['a <*>', 'a <*>', 'b <*>', 'b <*>', 'c', 'd'];
  // The first group is split, the second has another text, the last two are one.
  const found = ['a <*>', 'a x', '<*> <*>', '<*> <*>', '<*>', '<*>'];
  const { ga, fga, pa, fta } = parsingAccuracy(found, truth);
  expect(ga).toBeCloseTo(2 / 6);
  expect(fga).toBeCloseTo((2 * 1) / (4 + 4));
  expect(pa).toBeCloseTo(1 / 6);
  expect(fta).toBeCloseTo((2 * 1) / (4 + 4));
});

it('compares no template as right that also has messages of another', () => {
  expect(parsingAccuracy(['a', 'a', 'b'], ['a', 'b', 'b'])).toMatchObject({ ga: 0, pa: 2 / 3, fta: 0.5 });
});

it.each([
  ['port <NUM> of <IP>:<NUM>', 'port <*> of <*>'],
  ['user=<*>x,  id 12', 'user=<*>, id <*>'],
  ['/<IP>:<NUM> done', '/<*> done'],
  ['say "<*>" now', 'say <*> now'],
  ['<*>.<*>.<*> a', '<*> a'],
  ['a <b> c', 'a <b> c'],
])('normalises %s', (text, expected) => {
  expect(normaliseTemplate(text)).toBe(expected);
  expect(normaliseTemplate(expected)).toBe(expected);
});
