import { describe, expect, it } from 'vitest';
import { compare } from '../evaluate/index.ts';
import { detectors } from '../models/index.ts';
import { sequencesOf } from '../sequence/index.ts';
import { comparisonPage } from './comparison-page.ts';

const train = sequencesOf([
  ['a', 'b'],
  ['a', 'c'],
  ['a', 'b', 'c'],
]);
const test = sequencesOf([['a', 'b'], ['a', 'x'], ['c']], { labels: [0, 1, 0] });
const named = (...names: string[]) => names.flatMap((name) => detectors[name] ?? []);

async function page(file = 'test.csv'): Promise<string> {
  const report = await compare(named('length', 'pca'), named('unseen-key', 'flag-everything'), train, test, {
    seeds: [1, 2],
    validationSplit: 0.3,
    score: 'nll',
  });
  return comparisonPage(report, { train: 'train.csv', test: file });
}

describe('the page of a comparison', () => {
  it('needs nothing else: no script, no address, no file', async () => {
    const html = await page();
    expect(html).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('names every detector in the table, and says where a baseline wins', async () => {
    const html = await page();
    for (const name of ['length', 'pca', 'unseen-key', 'flag-everything']) {
      expect(html).toContain(`<th scope="row">${name}</th>`);
    }
    expect(html).toContain('baseline wins:</strong> unseen-key has the better F1 than length');
    expect(html).toContain('an upper bound, not a result');
  });

  it('draws finite curves and bars alone', async () => {
    const html = await page();
    expect(html.match(/<svg/g)?.length).toBe(2 + 4);
    for (const [drawn] of html.matchAll(/ (?:d|x|y|width|height)="[^"]*"/g)) expect(drawn).not.toMatch(/NaN|Infinity/);
  });

  it('shows a hostile name as text', async () => {
    const html = await page('<img src=x onerror="alert(1)">.csv');
    expect(html).not.toContain('<img');
    expect(html).toContain('&#60;img src=x onerror=&#34;alert(1)&#34;&#62;.csv');
  });
});
