import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/util/hash.ts';
import { caracal, expectCounted, expectRefused, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { folder, path, write } = workspace();
const csv = (header: string, ...rows: string[]): string => `${header}\n${rows.join('\n')}\n`;
const normal = csv('id,keys', ...Array.from({ length: 60 }, (_, i) => `s${i},5 5 22 ${i % 2 ? 11 : 9} 26`));
const train = write('train.csv', normal);
const test = write('test.csv', csv('id,label,keys', 's0,0,5 5 22 9 26', 's1,1,5 99 22'));
const log = write('good.log', sshdLines(60).join('\n'));
const model = path('model');
const logModel = path('log-model');

beforeAll(async () => {
  expect(await caracal(['train', train, '--out', model, ...TINY])).toMatchObject({ code: 0 });
  expect(await caracal(['train', log, '--out', logModel, ...TINY])).toMatchObject({ code: 0 });
});

describe('detect refuses a model directory', () => {
  let copies = 0;
  /** A copy of the model with something done to it. */
  const spoiled = (spoil: (directory: string) => void): string => {
    const directory = join(folder, `copy-${copies++}`);
    cpSync(model, directory, { recursive: true });
    spoil(directory);
    return directory;
  };
  /** A manifest changed by somebody who knows how to seal it. */
  const resealed = (change: object): string =>
    spoiled((directory) => {
      const file = join(directory, 'manifest.json');
      const { integrity: _, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
      const body = { ...manifest, ...change };
      const integrity = sha256Hex(new TextEncoder().encode(JSON.stringify(body)));
      writeFileSync(file, JSON.stringify({ ...body, integrity }));
    });
  const judge = (directory: string, ...more: string[]) => caracal(['detect', test, '--model-dir', directory, ...more]);

  it('that is none', async () => {
    expectRefused(await judge(path('nowhere')), 'nowhere: does not exist', 'caracal train');
    expectRefused(await judge(test), 'is no directory');
    expectRefused(await judge(folder), 'has no manifest.json, so it is no model');
  });

  it.each(['manifest.json', 'weights.safetensors', 'score.onnx', 'replay.safetensors'])(
    'with a truncated %s',
    async (file) => {
      const directory = spoiled((copy) => truncateSync(join(copy, file), statSync(join(copy, file)).size - 20));
      expectRefused(await judge(directory), file, 'Restore the model or train it again');
    },
  );

  it.each(['weights.safetensors', 'score.onnx', 'replay.safetensors'])(
    'with a single changed byte in %s',
    async (file) => {
      const directory = spoiled((copy) => {
        const bytes = readFileSync(join(copy, file));
        bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
        writeFileSync(join(copy, file), bytes);
      });
      expectRefused(await judge(directory), file, 'truncated or changed');
    },
  );

  it('with another threshold than it was written with', async () => {
    const directory = spoiled((copy) => {
      const file = join(copy, 'manifest.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/"eventThreshold": [^,]+/, '"eventThreshold": 99'));
    });
    expectRefused(await judge(directory), 'manifest.json', 'was changed after it was written');
  });

  it('without one of its files', async () => {
    const directory = spoiled((copy) => rmSync(join(copy, 'weights.safetensors')));
    expectRefused(await judge(directory), 'weights.safetensors: is missing');
  });

  it('of a newer format', async () => {
    expectRefused(await judge(resealed({ format: 99 })), 'has model format 99', 'Update caracal');
  });

  it('of another kind than asked for, or than there is', async () => {
    expectRefused(
      await judge(model, '--model', 'unseen-key'),
      'is a deeplog model, not unseen-key',
      'Leave out --model',
    );
    expectRefused(await judge(resealed({ kind: 'oracle' })), 'oracle', 'Update caracal');
  });

  it.each([
    ['a vocabulary that does not fit the weights', { vocabulary: ['<unk>', '^', '$', 'a'] }],
    ['hyper-parameters that do not fit the weights', { hyperParameters: { window: 3, hidden: 2 } }],
    ['no thresholds', { judgement: {} }],
    ['a weights file that lies elsewhere', { files: { '../weights.safetensors': 'abc' } }],
  ])('with %s, although sealed', async (_, change) => {
    expectRefused(await judge(resealed(change)), /[Tt]rain (it|the model) again/);
  });

  it('that was trained on keys, for raw logs', async () => {
    expectRefused(await caracal(['detect', log, '--model-dir', model]), 'has no parser for raw logs', 'train on logs');
  });
});

describe('a sequence CSV', () => {
  const evaluate = (trainFile: string, testFile: string, ...more: string[]) =>
    caracal(['evaluate', '--train', trainFile, '--test', testFile, ...TINY, ...more]);

  it('that is missing, empty, binary or cut off is refused by every verb', async () => {
    const bad: [file: string, what: string][] = [
      [path('missing.csv'), 'missing.csv does not exist'],
      [write('empty.csv', ''), 'empty.csv: no sequences in it'],
      [write('header.csv', 'id,keys\n'), 'header.csv: no sequences in it'],
      [write('binary.csv', Buffer.alloc(2048)), 'binary.csv holds NUL bytes'],
      [write('cut.csv.gz', gzipSync(normal).subarray(0, 60)), 'cut.csv.gz: the archive ends early'],
      [write('quote.csv', 'id,keys\na,"5 5\n'), 'quote.csv: not a CSV file'],
    ];
    for (const [file, what] of bad) {
      expectRefused(await caracal(['train', file, '--out', path('out'), ...TINY]), what);
      expectRefused(await caracal(['detect', file, '--model-dir', model]), what);
      expectRefused(await evaluate(file, test), what);
      expectRefused(await evaluate(train, file), what);
    }
  });

  it('without a column of keys is refused with the names it has', async () => {
    const file = write('columns.csv', csv('id,events', 'a,5 5'));
    const words = ["no column 'keys' in its header (id, events)", '--keys-column'];
    expectRefused(await caracal(['train', file, '--out', path('out')]), ...words);
    expectRefused(await caracal(['detect', file, '--model-dir', model]), ...words);
    expectRefused(await evaluate(file, test), ...words);
  });

  it('without labels cannot be evaluated', async () => {
    expectRefused(await evaluate(train, train), "no column 'label'", 'Give --label-column one of: id, keys');
    expectRefused(await evaluate(train, test, '--label-column', 'truth'), "no column 'truth'");
  });

  it('with unusable rows counts them', async () => {
    const file = write('rows.csv', csv('id,label,keys', 'a,0,5 5 22', 'b,maybe,5', 'c', 'd,0,5 5'));
    for (const args of [
      ['train', file, '--out', path('out'), ...TINY],
      ['detect', file, '--model-dir', model],
    ]) {
      const run = await caracal([...args, '--json']);
      expect(run).toMatchObject({ code: 0, err: '' });
      expect(run.ofType('warning')[0]).toMatchObject({ code: 'malformed-row', file, count: 2, firstLine: 3 });
      expect(run.summary().events).toBe(5);
    }
    const run = await evaluate(train, file, '--json');
    expect(run.err).toContain("malformed-row (2, first in line 3): the row was left out, because label 'maybe'");
    expect(run.json()).toHaveLength(1);
  });

  it('of normal sequences is learned without those that are labelled as anomalous', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `s${i},${i % 10 === 0 ? 1 : 0},${i % 10 === 0 ? '99 98' : '5 5 22'}`,
    );
    const file = write('labelled.csv', csv('id,label,keys', ...rows));
    const run = await caracal(['train', file, '--out', path('out'), ...TINY, '--json']);
    expect(run.ofType('warning')).toMatchObject([{ code: 'labelled-sequence', file, count: 4 }]);
    expect(run.summary()).toMatchObject({ events: 108, keys: 5 });
    expect((await evaluate(file, test)).err).toContain('labelled-sequence (4): the sequence is labelled 1');
    const named = write('named.csv', csv('id,truth,keys', ...rows));
    const told = await caracal(['train', named, '--label-column', 'truth', '--out', path('out'), ...TINY, '--json']);
    expect(told.summary()).toMatchObject({ events: 108 });
    const both = await evaluate(named, named, '--label-column', 'truth');
    expect(both.err).toContain('labelled-sequence (4)');
    const none = write('none.csv', csv('id,label,keys', 'a,1,5 5'));
    expectRefused(await caracal(['train', none, '--out', path('out')]), 'every sequence is labelled 1');
  });

  it('of keys the model never saw is judged with a warning', async () => {
    const run = await caracal(['detect', train, '--model-dir', logModel, '--json']);
    expect(run.ofType('warning')).toMatchObject([{ code: 'unknown-keys', count: 5 }]);
    expect(run.summary()).toMatchObject({ events: 300, flaggedSequences: 60 });
  });

  it('is never mixed with other files in silence', async () => {
    expectRefused(await caracal(['train', log, train, '--out', path('out')]), 'a sequence CSV is taken alone');
    expectRefused(await caracal(['detect', train, test, '--model-dir', model]), 'a sequence CSV is taken alone');
  });
});

describe('training data', () => {
  it.each([
    ['of one key', csv('id,keys', ...Array.from({ length: 30 }, (_, i) => `s${i},5 5 5`))],
    ['shorter than a window', csv('id,keys', ...Array.from({ length: 30 }, (_, i) => `s${i},5 22`))],
    ['of a single event', csv('id,keys', 's,5')],
  ])('%s makes a model that judges', async (_, content) => {
    const out = path('small-model');
    const trained = await caracal(['train', write('small.csv', content), '--out', out, ...TINY, '--json']);
    expect(trained).toMatchObject({ code: 0, err: '' });
    expect(trained.summary()).toMatchObject({ calibrated: false });
    const judged = await caracal(['detect', test, '--model-dir', out, '--json']);
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).not.toContain('NaN');
    const unseen = judged.ofType('event').filter(({ flags }) => flags.includes('unseen'));
    expect(unseen.map(({ template }) => template)).toContain('99');
    for (const { nll } of judged.ofType('event')) expect(nll).toEqual(expect.any(Number));
    const report = await caracal(['evaluate', '--train', path('small.csv'), '--test', test, ...TINY, '--json']);
    expect(report).toMatchObject({ code: 0, err: '' });
    expect(report.json()[0]?.recall).toEqual(expect.any(Number));
  });

  it('without an event is refused', async () => {
    const file = write('no-events.csv', csv('id,keys', 'a,', 'b,'));
    expectRefused(await caracal(['train', file, '--out', path('out')]), 'no event to learn from', 'Give normal logs');
  });

  it('that says nothing about held-out sessions is said to be so', async () => {
    const { out } = await caracal(['train', write('single.csv', csv('id,keys', 's,5')), '--out', path('one'), ...TINY]);
    expect(out).toContain('no session was held out');
    expect(out).toContain('uncalibrated');
    expect(out).not.toContain('Infinity');
  });

  it('of one sshd log judges the same log without a finding', async () => {
    expect(expectCounted(await caracal(['detect', log, '--model-dir', logModel, '--json']))).toEqual([]);
  });
});
