import { expect, it } from 'vitest';
import { encodeUtf8 } from '../../util/utf8.ts';
import { levelAt, levelOf } from './levels.ts';

const words =
  'emerg emergency panic alert crit critical fatal f c err error severe failure fail failed e warn warning w notice n ' +
  'info information informational i debug trace verbose fine finer finest d v t';

it.each(words.split(' '))('%s is the same level in letters, capitals and bytes', (word) => {
  expect(levelOf(word)).toBeLessThan(8);
  for (const text of [word, word.toUpperCase()]) {
    expect(levelOf(text)).toBe(levelOf(word));
    expect(levelAt(encodeUtf8(`<${text}>`), 1, 1 + text.length)).toBe(levelOf(word));
  }
});

it.each(['', 'x', 'ironically', 'informations', 'eraser', 'information_that_is_long'])('%j is none', (word) => {
  expect(levelOf(word)).toBe(255);
  expect(levelAt(encodeUtf8(word), 0, word.length)).toBe(255);
});
