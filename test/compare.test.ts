import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectRefused, type JsonLine, TINY } from './support/cli.ts';
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

  it('has in its JSON all that the table and the page show', async () => {
    const out = path('whole');
    const args = ['compare', ...files, '--models', 'length,pca', '--seeds', '1,2'];
    const table = await caracal([...args, '--out', out]);
    const page = readFileSync(join(out, 'compare.html'), 'utf8');
    const [line] = (await caracal([...args, '--json'])).json();
    const shown = ['f1', 'precision', 'recall', 'auroc', 'auprc', 'mcc', 'oracleF1'];
    for (const { model, baseline, mean, spread, runs } of line?.results ?? []) {
      const row =
        table.out.split('\n').find((text) => text.startsWith(`${model}${baseline ? ' (baseline)' : ' '}`)) ?? '';
      for (const name of shown) expect(row, `${model} ${name}`).toContain(mean[name].toFixed(3));
      expect(row).toContain(spread.f1.toFixed(3));
      expect(page).toContain(`<th scope="row">${model}</th>`);
      expect(runs.every(({ threshold }: JsonLine) => threshold !== undefined)).toBe(true);
    }
    const verdicts = table.out.split('\n').filter((text) => text.startsWith('baseline wins: '));
    expect(verdicts).toEqual(
      line?.beaten.map(({ model, by }: Record<string, string>) =>
        expect.stringContaining(`${by} has the better F1 than ${model} `),
      ),
    );
    expect(verdicts.length).toBeGreaterThan(0);
    for (const { a, b, spearman } of line?.agreement ?? []) {
      if (Number.isFinite(spearman)) expect(page).toContain(`${a} and ${b}: Spearman ${spearman.toFixed(3)}`);
    }
    expect(line?.input).toMatchObject({ train: files[1], test: files[3], split: { by: 'files' } });
    expect(line).toMatchObject({ top: 5, score: 'nll', seeds: [1, 2], sequences: { train: 120, test: 35 } });
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

describe('one labelled sequence CSV', () => {
  const rows = Array.from({ length: 100 }, (_, i) =>
    i % 10 === 9 ? `a${i},1,open exploit close` : `n${i},0,${normal()}`,
  );

  it.each([
    [[], 'session'],
    [['--split', 'time'], 'time'],
  ])('with %j is split by %s, and only its normal part is learned', async (flags, by) => {
    const file = write('one.csv', `id,label,keys\n${rows.join('\n')}\n`);
    const run = await caracal(['compare', file, ...flags, '--test-split', '0.2', '--models', 'unseen-key', '--json']);
    expect(run.err).toMatch(/labelled-sequence \(\d+\): the sequence is labelled 1/);
    const [line] = run.json();
    expect(line?.input).toMatchObject({ train: file, test: file, split: { by, share: 0.2 } });
    expect(line?.leaks.sharedSessions).toBe(0);
    const { train, test, anomalous } = line?.sequences ?? {};
    expect([train + (10 - anomalous), test]).toEqual([80, 20]);
    if (by === 'time') expect(anomalous).toBe(2);
    expect(line?.results[0].mean.f1).toBe(anomalous > 0 ? 1 : 0);
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

  it('warns of a test that has nothing to be found', async () => {
    const test = write('calm.csv', 'id,label,keys\na,0,open read close\nb,0,open close\n');
    const run = await caracal(['evaluate', ...files.slice(0, 2), '--test', test, ...TINY, '--json']);
    expect(run.err).toMatch(/calm.csv: one-sided-test \(2\): none of the test's sessions is anomalous/);
  });

  it('refuses a window that is no number among several', async () => {
    expectRefused(await caracal(['evaluate', ...files, '--window', '10,wide']), /--window wide/);
  });
});
