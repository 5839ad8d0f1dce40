import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectCounted, type JsonLine, type Run, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();
const company = ['--days', '2', '--scale', '0.1', '--seed', '5'];

describe('a model of normal logs', () => {
  const normal = path('normal');
  const attacked = path('attacked');
  const model = path('company-model');
  let trained: Run;
  let detected: Run;

  beforeAll(async () => {
    await caracal(['simulate', '--out', normal, ...company, '--no-intrusion']);
    await caracal(['simulate', '--out', attacked, ...company]);
    trained = await caracal(['train', join(normal, 'logs'), '--out', model, ...TINY, '--json']);
    detected = await caracal(['detect', join(attacked, 'logs'), '--model-dir', model, '--json']);
  });

  it('says what it was learned from', () => {
    expect(expectCounted(trained)).toEqual([]);
    expect(trained.summary()).toMatchObject({ model: 'deeplog', out: model, calibrated: true });
    expect(trained.summary().validationFlagRate).toBeLessThanOrEqual(0.005);
    expect(readdirSync(model).sort()).toEqual([
      'manifest.json',
      'parameters.json',
      'parser.json',
      'replay.safetensors',
      'score.onnx',
      'training_history.json',
      'weights.safetensors',
    ]);
  });

  it('flags the lines of an intruder far more often than those of others', () => {
    expect(expectCounted(detected)).toEqual([]);
    const labels = readFileSync(join(attacked, 'labels.csv'), 'utf8').trim().split('\n').slice(1);
    const intruder = new Set(labels.map((row) => row.split(',').slice(0, 2).join(':')));
    const { events, flaggedEvents } = detected.summary();
    const hits = new Set(
      detected
        .ofType('event')
        .map(({ source, line }) => `${String(source).slice(attacked.length + 1)}:${line}`)
        .filter((place) => intruder.has(place)),
    ).size;
    expect(hits / intruder.size).toBeGreaterThan(5 * ((flaggedEvents - hits) / (events - intruder.size)));
  });

  it('leads each flagged event back to its line', () => {
    const events = detected.ofType('event');
    const { flaggedEvents, flaggedEnds } = detected.summary();
    expect(events.filter(({ template }) => template === '$')).toHaveLength(flaggedEnds);
    const places = new Set(events.filter(({ template }) => template !== '$').map(({ source, line }) => source + line));
    expect(places.size).toBe(flaggedEvents);
    for (const { source, offset, length, line, flags, nll, rank, severity } of events.slice(0, 200)) {
      const bytes = readFileSync(source).subarray(offset, offset + length);
      expect(bytes.toString()).toBe(readFileSync(source, 'utf8').split('\n')[line - 1]);
      expect(flags.length).toBeGreaterThan(0);
      expect(nll).toBeGreaterThanOrEqual(0);
      expect(rank).toBeGreaterThanOrEqual(1);
      expect(severity).toMatch(/^(NONE|LOW|MED|HIGH)$/);
    }
  });

  it('has the same weights again from the same seed and logs', async () => {
    const twin = path('twin');
    await caracal(['train', join(normal, 'logs'), '--out', twin, ...TINY]);
    for (const file of ['weights.safetensors', 'score.onnx', 'parser.json']) {
      expect(readFileSync(join(twin, file)).equals(readFileSync(join(model, file)))).toBe(true);
    }
  });
});

describe('a template that generalises after training', () => {
  /** Sessions of three events, a minute apart, that name a unit. */
  const sessions = (count: number, unit: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => {
      const header = (second: number): string =>
        `Mar 27 10:${String(i).padStart(2, '0')}:0${second} web manager[${100 + i}]:`;
      return [
        `${header(0)} Reading the configuration of all units from disk`,
        `${header(1)} Reloading unit ${unit(i)} because its configuration changed`,
        `${header(2)} Everything was reloaded`,
      ].join('\n');
    }).join('\n');

  it('is known to the model by the id it had, whatever it is now', async () => {
    const model = path('units');
    const log = write(
      'units.log',
      sessions(60, () => 'alpha'),
    );
    await caracal(['train', log, '--out', model, ...TINY]);
    const { vocabulary } = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
    const other = write(
      'other.log',
      sessions(20, (i) => ['beta', 'alpha', 'gamma'][i % 3] ?? ''),
    );
    const run = await caracal(['detect', other, '--model-dir', model, '--all', '--json']);
    expect(expectCounted(run)).toEqual([]);
    expect(run.summary()).toMatchObject({ events: 60, sequences: 20 });
    expect(run.ofType('event').length).toBeGreaterThanOrEqual(60);
    for (const { template, flags } of run.ofType('event')) {
      expect(vocabulary).toContain(template);
      expect(flags).not.toContain('unseen');
    }
  });
});

describe('detect', () => {
  const lists = Array.from({ length: 80 }, (_, i) => `5 5 22 ${i % 3 ? '11 9' : '9 11 9'} 26${i % 7 ? '' : ' 21 21'}`);
  const train = write('train.csv', `session,keys\n${lists.map((keys, i) => `s${i},${keys}`).join('\n')}\n`);
  const judged: [id: string, keys: string][] = [
    ['usual', '5 5 22 11 9 26'],
    ['odd', '26 22 99 5'],
    ['long', Array.from({ length: 30 }, (_, i) => ['5', '9', '11'][i % 3]).join(' ')],
    ['short', '9'],
  ];
  const test = write('test.csv', `session,keys\n${judged.map((row) => row.join(',')).join('\n')}\n`);
  const model = path('keys-model');
  let all: JsonLine[];

  beforeAll(async () => {
    expect(await caracal(['train', train, '--out', model, ...TINY])).toMatchObject({ code: 0 });
    const run = await caracal(['detect', test, '--model-dir', model, '--all', '--json']);
    expect(run.summary()).toMatchObject({ events: 41, judged: 45, sequences: 4 });
    all = run.ofType('event');
  });

  it('gives every key of a sequence CSV, and its end, in order', () => {
    for (const [id, keys] of judged) {
      const events = all.filter(({ session }) => session === id);
      expect(events.map(({ template }) => template)).toEqual([...keys.split(' '), '$']);
      expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => i + 1));
    }
    expect(all.filter(({ flags }) => flags.includes('unseen')).map(({ template }) => template)).toEqual(['99']);
  });

  it('gives what score.onnx gives in plain ONNX Runtime', async () => {
    const { vocabulary } = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8')) as { vocabulary: string[] };
    const code = (key: string): number => Math.max(0, vocabulary.indexOf(key));
    const graph = await InferenceSession.create(readFileSync(join(model, 'score.onnx')));
    for (const [id, text] of judged) {
      const keys = text.split(' ');
      const history = ['^', ...keys].map(code);
      const shape = [1, history.length];
      const { logProbs } = await graph.run({
        keys: new Tensor('int64', BigInt64Array.from(history, BigInt), shape),
        mask: new Tensor('bool', new Uint8Array(history.length).fill(1), shape),
      });
      expect(logProbs?.dims).toEqual([...shape, vocabulary.length]);
      const events = all.filter(({ session }) => session === id);
      [...keys, '$'].forEach((key, t) => {
        const logProb = Number(logProbs?.data[t * vocabulary.length + code(key)]);
        expect(Math.abs(events[t]?.nll + logProb)).toBeLessThan(1e-4);
      });
    }
  });

  it('exits with 1 for findings where it is asked to', async () => {
    const judge = (file: string) => caracal(['detect', file, '--model-dir', model, '--fail-on', 'event', '--json']);
    expect((await judge(test)).code).toBe(1);
    expect((await judge(write('usual.csv', 'session,keys\na,5 5 22 11 9 26\n'))).code).toBe(0);
  });

  it('shows a person what came and what was expected', async () => {
    const { code, out } = await caracal(['detect', test, '--model-dir', model]);
    expect(code).toBe(0);
    expect(out).toMatch(/odd .* never seen: 99/);
    expect(out).toContain('41 events in 4 sessions');
  });

  it('counts a session of keys never seen as flagged', async () => {
    const file = write('unseen.csv', 'session,keys\na,98 99\n');
    const run = await caracal(['detect', file, '--model-dir', model, '--json']);
    expect(run.summary()).toMatchObject({ events: 2, flaggedEvents: 2, flaggedSequences: 1 });
    const { out } = await caracal(['detect', file, '--model-dir', model]);
    expect(out).toMatch(/2 events in 1 session: 2 events, \d ends? of .* and 1 session flagged/);
  });

  it('leaves sessions to the rule the model was trained with', async () => {
    const log = write('sshd.log', sshdLines(90).join('\n'));
    const hosts = path('hosts-model');
    await caracal(['train', log, '--out', hosts, '--session', 'host', ...TINY]);
    const run = await caracal(['detect', log, '--model-dir', hosts, '--all', '--json']);
    expect(run.summary().sequences).toBe(1);
  });
});
