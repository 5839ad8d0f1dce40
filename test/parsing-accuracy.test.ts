import { expect, it } from 'vitest';
import { main } from '../bench/parsing-accuracy.ts';
import { needs } from './support/requirements.ts';

needs('data')('accuracy on labelled logs, with the defaults', () => {
  it('groups as docs/parsing.md says', async () => {
    const { results } = (await main({ json: true })) as {
      readonly results: readonly {
        readonly parser: string;
        readonly mean: Readonly<Record<'ga' | 'leastGa', number>>;
      }[];
    };
    const of = (name: string) => results.find(({ parser }) => parser === name)?.mean ?? { ga: 0, leastGa: 0 };
    expect(of('drain').ga).toBeGreaterThanOrEqual(0.9);
    expect(of('drain').leastGa).toBeGreaterThanOrEqual(0.75);
    expect(of('spell').ga).toBeGreaterThanOrEqual(0.8);
    expect(of('ft-tree').ga).toBeGreaterThanOrEqual(0.8);
  }, 60_000);
});
