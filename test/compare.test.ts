import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { path, write } = workspace();
const rng = createRng(4);
const normal = (): string => ['open', ...Array.from({ length: 1 + rng.int(4) }, () => 'read'), 'close'].join(' ');

let files: string[];

beforeAll(() => {
  const train = Array.from({ length: 120 }, (_, i) => `n${i},${normal()}`);
  const test = [
    ...Array.from({ length: 30 }, (_, i) => `t${i},0,${normal()}`),
    ...Array.from({ length: 5 }, (_, i) => `a${i},1,open read open exploit close`),
  ];
  files = [
    '--train',
    write('train.csv', `id,keys\n${train.join('\n')}\n`),
    '--test',
    write('test.csv', `id,label,keys\n${test.join('\n')}\n`),
  ];
});

describe('caracal compare', () => {
  it('prints one JSON line with the models, every baseline, and who says the same', async () => {
    const run = await caracal(['compare', ...files, '--models', 'deeplog,pca', '--seeds', '1,2', ...TINY, '--json']);
    expect(run).toMatchObject({ code: 0, err: '' });
    const [line, ...others] = run.json();
    expect(others).toEqual([]);
    expect(line?.type).toBe('metrics');
    expect(line?.seeds).toEqual([1, 2]);
    const results: { model: string; baseline: boolean; runs: unknown[]; mean: { f1: number } }[] = line?.results;
    expect(results.slice(0, 2).map(({ model }) => model)).toEqual(['deeplog', 'pca']);
    expect(results.map(({ model }) => model).sort()).toEqual(
      [
        'deeplog',
        'flag-everything',
        'unseen-key',
        'unseen-bigram',
        'unseen-trigram',
        'unseen-count-vector',
        'length',
        'count-vector',
        'edit-distance',
        'pca',
        'isolation-forest',
      ].sort(),
    );
    expect(results.every(({ runs }) => runs.length === 2)).toBe(true);
    expect(results.find(({ model }) => model === 'unseen-key')?.mean.f1).toBe(1);
    expect(line?.agreement).toHaveLength((11 * 10) / 2);
  });

  it('prints a table, says when a baseline wins, and writes the page', async () => {
    const out = path('page');
    const run = await caracal(['compare', ...files, '--models', 'length', '--seeds', '1', '--out', out]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/^length .*\n/m);
    expect(run.out).toMatch(/^unseen-key \(baseline\) +1\.000/m);
    expect(run.out).toMatch(/^baseline wins: \S+ has the better F1 than length/m);
    expect(run.out).toContain('an upper bound, not a result');
    expect(readFileSync(join(out, 'compare.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it.each([
    [['--models', 'deeplog,nothing'], /nothing: there is no such model/],
    [['--models', ''], /--models/],
    [['--seeds', '1,x'], /--seeds x/],
    [['--score', 'best'], /--score best/],
  ])('refuses %j', async (flags, what) => {
    expectRefused(await caracal(['compare', ...files, ...flags]), what);
  });

  it('does not overwrite a folder of other files', async () => {
    write('taken/notes.txt', 'mine');
    expectRefused(await caracal(['compare', ...files, '--out', path('taken')]), /holds other files/);
  });
});

describe('caracal evaluate --window', () => {
  it('sweeps window sizes in one table, or one JSON line', async () => {
    const sweep = ['evaluate', ...files, ...TINY, '--window', '2,4'];
    const table = await caracal(sweep);
    expect(table).toMatchObject({ code: 0, err: '' });
    expect(table.out).toMatch(/^ +2 .*\n +4 /m);
    const [line, ...others] = (await caracal([...sweep, '--json'])).json();
    expect(others).toEqual([]);
    expect(line).toMatchObject({ type: 'metrics', model: 'deeplog', windows: [{ window: 2 }, { window: 4 }] });
    const [alone] = (await caracal(['evaluate', ...files, ...TINY, '--window', '4', '--json'])).json();
    expect(line?.windows[1]).toMatchObject({
      f1: alone?.f1,
      perplexity: alone?.perplexity,
      baselines: alone?.baselines,
    });
  });

  it('refuses a window that is no number among several', async () => {
    expectRefused(await caracal(['evaluate', ...files, '--window', '10,wide']), /--window wide/);
  });
});
