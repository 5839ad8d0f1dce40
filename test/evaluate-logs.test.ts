import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectRefused, type JsonLine, TINY } from './support/cli.ts';
import { needs } from './support/requirements.ts';
import { workspace } from './support/workspace.ts';

const { path, write } = workspace();
const rng = createRng(8);
const DAY = 86_400_000;

/** Sessions of a few events, one every ten minutes for two days; the last ones hold an exploit. */
const sessions = Array.from({ length: 288 }, (_, i) => {
  const anomalous = i % 24 === 23;
  const keys = [
    'open',
    ...Array.from({ length: 1 + rng.int(4) }, () => 'read'),
    ...(anomalous ? ['exploit'] : []),
    'close',
  ];
  return { id: `s${i}`, start: Date.UTC(2016, 0, 1) + (i * DAY) / 144, anomalous, keys };
});
const table = (of: typeof sessions, header = 'when,who,what,truth'): string => {
  const rows = of.flatMap(({ id, start, keys }) =>
    keys.map(
      (key, n) => `${new Date(start + n * 1000).toISOString()},${id},${key},${key === 'exploit' ? 'attack' : '-'}`,
    ),
  );
  return `${[header, ...rows].join('\n')}\n`;
};
const SAID: Readonly<Record<string, string>> = {
  open: 'Opened the file at the wish of',
  read: 'Handed out a part of it in answer to',
  exploit: 'Segmentation fault while doing what was asked by',
  close: 'Closed everything that was held open for',
};
const logLines = (of: typeof sessions): string =>
  of
    .flatMap(({ id, start, keys }) =>
      keys.map((key, n) => `${new Date(start + n * 1000).toISOString()} ${SAID[key]} ${id}`),
    )
    .join('\n');
const normal = sessions.slice(0, 144).filter(({ anomalous }) => !anomalous);
const mixed = sessions.slice(144);
const columns = ['--time', 'when', '--key', 'what', '--session', 'who', '--label-column', 'truth'];

async function metrics(...args: string[]): Promise<JsonLine> {
  const run = await caracal(['evaluate', ...args, '--model', 'unseen-key', '--json']);
  expect(run.code, run.err).toBe(0);
  const [line, ...others] = run.json();
  expect(others).toEqual([]);
  return line as JsonLine;
}

describe('an event CSV', () => {
  const train = write('train-events.csv', table(normal));
  const test = write('test-events.csv', table(mixed));

  it('is judged as the sequence CSV of the same sessions', async () => {
    const rows = (of: typeof sessions) =>
      of.map(({ id, anomalous, keys }) => `${id},${Number(anomalous)},${keys.join(' ')}`);
    const csv = (name: string, of: typeof sessions) => write(name, `id,label,keys\n${rows(of).join('\n')}\n`);
    const sequences = ['--train', csv('train.csv', normal), '--test', csv('test.csv', mixed)];
    const expected = await metrics(...sequences);
    const found = await metrics('--train', train, '--test', test, ...columns);
    for (const figure of ['precision', 'recall', 'f1', 'auroc', 'mcc']) expect(found[figure]).toBe(expected[figure]);
    for (const floor of ['unseenKey', 'flagEverything']) {
      expect(found.baselines[floor]).toMatchObject(expected.baselines[floor]);
    }
    expect(found.sequences).toEqual(expected.sequences);
    expect(found.events).toEqual(expected.events);
  });

  it('has figures of single events, and false alarms for each day', async () => {
    const found = await metrics('--train', train, '--test', test, ...columns);
    expect(found.input).toMatchObject({ labels: 'event', split: { by: 'files' } });
    expect(found.eventLevel).toMatchObject({ precision: 1, recall: 1, f1: 1, auroc: 1, falseAlarmsPerDay: 0 });
    const all = found.baselines.flagEverything.eventLevel;
    const events = mixed.flatMap(({ keys }) => keys);
    expect(all.recall).toBe(1);
    expect(all.precision).toBeCloseTo(events.filter((key) => key === 'exploit').length / events.length, 3);
  });

  it('alone is split in time, and learned without its anomalous events', async () => {
    const all = write('all-events.csv', table(sessions));
    const found = await metrics(all, ...columns, '--test-split', '0.25');
    expect(found.input.split).toMatchObject({ by: 'time', share: 0.25 });
    expect(Date.parse(found.input.split.at)).toBeGreaterThan(Date.UTC(2016, 0, 2, 8));
    expect(found.sequences.train + found.sequences.test).toBeGreaterThanOrEqual(288);
    expect(found.eventLevel.f1).toBe(1);
    expect(found.leaks.sharedSessions).toBeLessThanOrEqual(1);
    const run = await caracal(['evaluate', all, ...columns, '--model', 'unseen-key']);
    expect(run.err).toMatch(/labelled-event \(\d+\)/);
    expect(run.out).toMatch(/^split {11}the last 15 % are the test, from 2016-01-02T/m);
    expect(run.out).toMatch(/event F1/);
  });

  it('of text is parsed, and makes a model that knows no session column of its own', async () => {
    const said = (of: typeof sessions): string =>
      table(of).replaceAll(/,(open|read|exploit|close),/g, (_, key) => `,${SAID[key]} them,`);
    const out = path('text-model');
    const text = ['--train', write('train-text.csv', said(normal)), '--test', write('test-text.csv', said(mixed))];
    const found = await metrics(...text, ...columns, '--out', out);
    expect(found.input).toMatchObject({ templates: 'training', labels: 'event' });
    expect(found.eventLevel).toMatchObject({ f1: 1 });
    const run = await caracal(['detect', write('raw.log', logLines(mixed)), '--model-dir', out, '--json']);
    expect(run).toMatchObject({ code: 0 });
  });

  it('is compared with figures of events, in the table, the JSON and the page', async () => {
    const out = path('page');
    const args = ['compare', '--train', train, '--test', test, ...columns, '--models', 'unseen-key', '--seeds', '1'];
    const run = await caracal([...args, '--out', out]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/^of single events .*\n.*\nunseen-key +1\.000 +1\.000 +1\.000/m);
    expect(readFileSync(join(out, 'compare.html'), 'utf8')).toContain('<h2>Single events</h2>');
    const [line] = (await caracal([...args, '--json'])).json();
    expect(line?.results[0].mean.eventLevel).toMatchObject({ f1: 1, falseAlarmsPerDay: 0 });
    expect(line?.input).toMatchObject({ train, test });
  });

  it.each([
    [columns.filter((word) => word !== '--key' && word !== 'what').concat('--format', 'event-csv'), /with --key/],
    [[...columns, '--key', 'which'], /'which'/],
    [[...columns, '--session', 'whom'], /'whom'.*--session/],
    [[...columns, '--label-column', 'verdict'], /no labels.*--label-column/],
    [[...columns, '--key', 'truth'], /another one for the labels/],
  ])('with %j is refused', async (flags, what) => {
    expectRefused(await caracal(['evaluate', '--train', train, '--test', test, ...flags]), what);
  });
});

describe('raw logs', () => {
  const train = write('train.log', logLines(normal));
  const test = write('test.log', logLines(mixed));
  const both = ['--train', train, '--test', test];
  const bySession = ['--session', '(s\\d+)$'];
  const labels = write(
    'sessions.csv',
    `session,label\n${mixed.map(({ id, anomalous }) => `${id},${anomalous ? 'Anomaly' : 'Normal'}`).join('\n')}\nnobody,Anomaly\n`,
  );

  it('are judged by labels of their sessions; what fits nothing is counted', async () => {
    const found = await metrics(...both, ...bySession, '--labels', labels);
    expect(found.sequences).toMatchObject({ train: 138, test: 144, anomalous: 6 });
    expect(found.input).toMatchObject({ labels: 'session', unmatchedLabels: 1, unlabelledSessions: 0 });
    expect(found).toMatchObject({ precision: 1, recall: 1, falseAlarmsPerDay: 0, beatenBy: null });
    const run = await caracal(['evaluate', ...both, ...bySession, '--labels', labels, '--model', 'unseen-key']);
    expect(run.err).toMatch(/unmatched-label \(1\): the label fits nothing in the test, 'nobody' for one/);
  });

  it('are judged without the sessions that have no label, where others are said to be normal', async () => {
    const some = write(
      'some.csv',
      `session,label\ns144,0\n${mixed
        .filter((s) => s.anomalous)
        .map(({ id }) => `${id},1`)
        .join('\n')}\n`,
    );
    const found = await metrics(...both, ...bySession, '--labels', some);
    expect(found.sequences).toMatchObject({ test: 7, anomalous: 6 });
    expect(found.input.unlabelledSessions).toBe(137);
  });

  it('are judged by labels of lines, and of times', async () => {
    const lines = readFileSync(test, 'utf8').split('\n');
    const odd = lines.flatMap((text, i) => (text.includes('Segmentation') ? [i + 1] : []));
    const byLine = await metrics(
      ...both,
      ...bySession,
      '--labels',
      write('lines.csv', `line,label\n${odd.map((n) => `${n},attack`).join('\n')}\n`),
    );
    expect(byLine.eventLevel).toMatchObject({ f1: 1, falseAlarmsPerDay: 0 });
    const moments = odd.map((n) => (lines[n - 1] ?? '').split(' ')[0] ?? '');
    const phases = Object.fromEntries(moments.map((moment, i) => [`phase ${i}`, [moment, moment]]));
    const byTime = await metrics(...both, ...bySession, '--labels', write('phases.json', JSON.stringify(phases)));
    expect(byTime.eventLevel).toEqual(byLine.eventLevel);
    expect(byTime.baselines).toEqual(byLine.baselines);
  });

  it('alone are split by session or in time, with no session on both sides', async () => {
    const all = write('all.log', logLines(sessions));
    const truth = write(
      'all.csv',
      `session,label\n${sessions.map(({ id, anomalous }) => `${id},${Number(anomalous)}`).join('\n')}\n`,
    );
    for (const by of ['session', 'time']) {
      const found = await metrics(all, ...bySession, '--labels', truth, '--split', by, '--test-split', '0.25');
      expect(found.input.split.by).toBe(by);
      expect(found.leaks.sharedSessions).toBe(0);
      expect(found.sequences.test).toBe(72);
      expect(found.f1).toBe(1);
      expect(found.falseAlarmsPerDay).toBe(by === 'time' ? 0 : null);
    }
  });

  it('alone are judged as the two files that a cut in time makes of them', async () => {
    const [before, after] = [sessions.slice(0, 216), sessions.slice(216)];
    const rows = (of: typeof sessions) => of.map(({ id, anomalous }) => `${id},${anomalous ? 1 : ''}`).join('\n');
    const truth = write('anomalies.csv', `session,label\n${rows(sessions)}\n`);
    const files = ['--train', write('before.log', logLines(before)), '--test', write('after.log', logLines(after))];
    for (const parser of ['drain', 'ft-tree']) {
      const flags = [...bySession, '--labels', truth, '--parser', parser];
      const one = await metrics(write('whole.log', logLines(sessions)), ...flags, '--test-split', '0.25');
      const two = await metrics(...files, ...flags);
      expect(one.input).toMatchObject({ templates: 'training', split: { across: 0 } });
      expect(one.sequences).toEqual(two.sequences);
      expect(one.events).toEqual(two.events);
      for (const name of ['unseenKey', 'flagEverything']) expect(one.baselines[name]).toEqual(two.baselines[name]);
    }
  });

  it('make a model that judges raw logs', async () => {
    const out = path('model');
    await caracal(['evaluate', ...both, ...bySession, '--labels', labels, '--out', out, ...TINY]);
    const run = await caracal(['detect', test, '--model-dir', out, '--json']);
    const unseen = run.ofType('event').filter(({ flags }) => flags.includes('unseen'));
    expect(unseen.map(({ session }) => session)).toEqual(mixed.filter((s) => s.anomalous).map(({ id }) => id));
  });

  it.each([
    [[...both, ...bySession], /the test has no labels.*--labels FILE/],
    [[...both, '--labels', labels], /no label fits anything.*--session/],
    [[...both, ...bySession, '--labels', path('none.csv')], /none\.csv/],
    [[...both, test, '--labels', labels], /--train FILE and --test FILE, or one/],
    [['--train', train, '--labels', labels], /--train FILE and --test FILE, or one/],
    [[test, ...bySession, '--labels', labels, '--split', 'weekday'], /--split weekday: use session or time/],
    [[test, ...bySession, '--labels', labels, '--test-split', '2'], /--test-split 2/],
    [['--train', train, '--test', test, ...bySession, '--labels', labels, '--test-split', '0.3'], /there are two/],
    [['--train', write('keys.csv', 'id,keys\na,1 2\n'), '--test', test, ...bySession, '--labels', labels], /same keys/],
  ])('%j are refused', async (args, what) => {
    expectRefused(await caracal(['evaluate', ...args]), what);
  });
});

describe('what simulate writes', () => {
  const company = ['--days', '2', '--scale', '0.1', '--seed', '5'];
  beforeAll(async () => {
    await caracal(['simulate', '--out', path('normal'), ...company, '--no-intrusion']);
    await caracal(['simulate', '--out', path('attacked'), ...company]);
  });

  it('is ground truth of each line', async () => {
    const labels = path('attacked/labels.csv');
    const found = await metrics('--train', path('normal/logs'), '--test', path('attacked/logs'), '--labels', labels);
    const rows = readFileSync(labels, 'utf8').trim().split('\n').length - 1;
    expect(found.input).toMatchObject({ labels: 'event', unmatchedLabels: 0 });
    const { precision, recall, falseAlarmsPerDay } = found.baselines.flagEverything.eventLevel;
    expect(recall).toBe(1);
    const alarms = falseAlarmsPerDay * 2;
    expect(rows / (rows + alarms)).toBeCloseTo(precision, 1);
    expect(found.eventLevel.auroc).toBeGreaterThan(0.5);
  });
});

needs('data')('raw HDFS logs', () => {
  it('come to the blocks and labels of the sequence CSV', async () => {
    const hdfs = join(process.env.CARACAL_DATA ?? '../shared/data', 'hdfs');
    const labels = join(hdfs, 'test_sequences.csv.gz');
    const raw = join(hdfs, 'test_raw.log.gz');
    const args = ['--session', '(blk_-?\\d+)', '--labels', labels];
    const found = await metrics('--train', raw, '--test', raw, ...args);
    expect(found.sequences).toMatchObject({ train: 5736 - 175, test: 5736, anomalous: 175 });
    expect(found.leaks.sharedSessions).toBe(5736 - 175);
    expect(found.input).toMatchObject({ unmatchedLabels: 0, unlabelledSessions: 0 });
  });
});
