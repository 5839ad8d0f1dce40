import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, readModel } from '../src/files/index.ts';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { directory, path, write } = workspace();
const keysOf = (i: number): string => `5 5 22 ${i % 3 ? '11 9' : '9 11 9'} 26${i % 7 ? '' : ' 21 21'}`;
const rows = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i},${keysOf(i)},0`);
const train = write('train.csv', `session,keys,label\n${rows(80).join('\n')}\n`);
const test = write('test.csv', `session,keys,label\n${[...rows(9), 'odd,26 22 99 5,1'].join('\n')}\n`);

/** A `training_history.json`. */
const historyOf = (model: string) => JSON.parse(readFileSync(join(model, 'training_history.json'), 'utf8'));

describe('training_history.json', () => {
  it('has loss and accuracies of each epoch, and of the sessions kept apart', async () => {
    const model = path('split');
    const run = await caracal(['train', train, '--out', model, '--test-split', '0.2', ...TINY, '--json']);
    const history = historyOf(model);
    expect(history).toMatchObject({ model: 'deeplog', seed: 1 });
    expect(history.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([1, 2, 3]);
    for (const { train: learned, validation } of history.epochs) {
      for (const { loss, top1, top5 } of [learned, validation]) {
        expect(loss).toBeGreaterThan(0);
        expect(top1).toBeLessThanOrEqual(top5);
      }
    }
    expect(history.test.sequences).toBe(16);
    expect(run.summary()).toMatchObject({ train: 64, validation: 64, test: { sequences: 16 } });
    expect((await readModel(model)).test).toEqual(history.test);
  });

  it('has no test where nothing was kept apart, and no validation where nothing was held out', async () => {
    const model = path('all');
    await caracal(['train', train, '--out', model, '--validation-split', '0', ...TINY]);
    expect(historyOf(model)).toMatchObject({ test: null, epochs: [{ validation: null }, {}, {}] });
    const floor = path('floor');
    await caracal(['train', train, '--out', floor, '--model', 'unseen-key']);
    expect(readdirSync(floor)).not.toContain('training_history.json');
  });

  it('ends with the normal test sessions where evaluate writes the model it judged', async () => {
    const model = path('evaluated');
    const run = await caracal(['evaluate', '--train', train, '--test', test, '--out', model, ...TINY, '--json']);
    expect(run).toMatchObject({ code: 0, err: '' });
    const { judgement, test: result } = await readModel(model);
    expect(historyOf(model).test).toMatchObject({ sequences: 9, loss: result?.loss });
    expect(judgement.threshold).toBeCloseTo(run.json()[0]?.threshold, 4);
    expectRefused(
      await caracal(['evaluate', '--train', train, '--test', test, '--out', path('no'), '--window', '5,10', ...TINY]),
      'Name one window',
    );
  });
});

describe('checkpoints', () => {
  const learn = (...more: string[]) => caracal(['train', train, '--out', path('model'), ...TINY, ...more]);

  it('do not change the model and are gone once it is written', async () => {
    const checkpoint = path('checkpoints');
    const plain = path('plain');
    await caracal(['train', train, '--out', plain, ...TINY]);
    const run = await learn('--checkpoint', checkpoint, '--checkpoint-every', '1', '--resume');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(existsSync(checkpoint)).toBe(false);
    const weights = (model: string): Buffer => readFileSync(join(model, 'weights.safetensors'));
    expect(weights(path('model')).equals(weights(plain))).toBe(true);
  });

  it('are not overwritten unasked, and a damaged one is not gone on from', async () => {
    const folder = path('left');
    await (await openCheckpoint(folder)).part(1).write(Uint8Array.of(1, 2, 3));
    expectRefused(await learn('--checkpoint', folder), 'Add --resume');
    expectRefused(await learn('--checkpoint', folder, '--resume'), 'damaged');
    expect(readdirSync(folder)).toEqual(['checkpoint-1.safetensors']);
  });

  it('are kept only where nothing else would be in the way', async () => {
    write('other/notes.txt', 'mine');
    expectRefused(await learn('--checkpoint', directory('other')), 'holds other files');
    expectRefused(await learn('--checkpoint', write('file', '')), '--checkpoint');
    expectRefused(await learn('--checkpoint', ''), '--checkpoint is empty');
  });

  it.each([['--resume'], ['--checkpoint-every', '5']])('%s alone is refused', async (...flags) => {
    expectRefused(await learn(...flags), flags[0] ?? '', 'add --checkpoint DIR');
  });

  it('are not made of what is not trained in steps, and it says so', async () => {
    const run = await learn('--checkpoint', path('none'), '--model', 'unseen-key');
    expect(run).toMatchObject({ code: 0, err: /unseen-key is not trained in steps/ });
  });
});

describe('--runs', () => {
  const linesOf = (folder: string, run: string) =>
    readFileSync(join(folder, run, 'run.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('records what train and evaluate did, also where it failed, and nothing unless asked', async () => {
    const runs = path('runs');
    const model = path('recorded');
    await caracal(['train', train, '--out', model, ...TINY]);
    expect(existsSync('runs')).toBe(false);
    await caracal(['train', train, '--out', model, ...TINY, '--runs', runs]);
    await caracal(['evaluate', '--train', train, '--test', test, ...TINY, '--window', '5,10', '--runs', runs]);
    await caracal(['train', train, '--out', model, ...TINY, '--lr', '1e300', '--runs', runs]);
    const recorded = readdirSync(runs).map((run) => linesOf(runs, run));
    const ends = recorded.map((lines) => [
      lines[0].command,
      lines[0].window ?? null,
      lines.at(-1).status,
      lines.length,
    ]);
    expect(ends.sort()).toEqual([
      ['evaluate', 10, 'done', 5],
      ['evaluate', 5, 'done', 5],
      ['train', null, 'done', 5],
      ['train', null, 'failed', 2],
    ]);
    const compared = path('compared');
    await caracal(['compare', '--train', train, '--test', test, ...TINY, '--models', 'deeplog', '--runs', compared]);
    // The runs of the model with three seeds, none of the baselines.
    expect(readdirSync(compared).map((run) => linesOf(compared, run).map(({ type }) => type))).toEqual(
      Array.from({ length: 3 }, () => ['run', 'epoch', 'epoch', 'epoch', 'end']),
    );
    const failed = recorded.find((lines) => lines.length === 2);
    expect(failed?.at(-1).error).toMatch(/no longer finite/);
  });
});
