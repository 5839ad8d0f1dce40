import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectCounted, expectRefused, TINY } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { path, write } = workspace();

/** Sessions of a copying program: 100 +- 10 ms a request, a second between two. */
function copies(sessions: number, seed: number, odd: (s: number, i: number) => string | null = () => null): string {
  const rng = createRng(seed);
  const lines: string[] = [];
  let now = Date.UTC(2025, 2, 27);
  for (let s = 0; s < sessions; s++) {
    const say = (text: string): void => {
      lines.push(`${new Date(now).toISOString().slice(0, 19)}Z web copier[${1000 + s}]: ${text}`);
      now += 1000;
    };
    say('copying begins');
    for (let i = 0; i < 6; i++) say(`copied a part in ${odd(s, i) ?? Math.round(100 + 10 * rng.normal())}ms`);
    say('copying is done');
  }
  return `${lines.join('\n')}\n`;
}

describe('the values of log lines', () => {
  const model = path('model');
  const judge = (file: string, ...more: string[]) => caracal(['detect', file, '--model-dir', model, ...more]);
  const test = write(
    'test.log',
    copies(20, 2, (s, i) => (s === 7 && i === 3 ? '900' : null)),
  );
  /** Line of the planted outlier. */
  const planted = 7 * 8 + 5;

  beforeAll(async () => {
    const train = write('train.log', copies(150, 1));
    expect(await caracal(['train', train, '--out', model, ...TINY])).toMatchObject({ code: 0 });
  });

  it('are learned, and the manifest says how', () => {
    const { hyperParameters } = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
    expect(hyperParameters.parameters).toMatch(/^\d+ values of 3 keys: .* plain Gaussian interval/);
    expect(hyperParameters.confidence).toBe(0.999);
  });

  it('outside their interval are flagged, with which, what it is and what was usual, beside key and workflow', async () => {
    const run = await judge(test, '--json');
    expectCounted(run);
    const event = run.ofType('event').find(({ line }) => line === planted);
    expect(event).toMatchObject({
      flags: expect.arrayContaining(['value']),
      verdict: {
        key: { flagged: expect.any(Boolean), nll: expect.any(Number), rank: expect.any(Number) },
        parameters: { judged: true, flagged: true, outside: [{ parameter: 1, value: 0.9, by: 'gaussian' }] },
        workflow: { left: expect.any(Boolean) },
      },
    });
    const [{ low, high }] = event?.verdict.parameters.outside ?? [{}];
    expect(low).toBeGreaterThan(0.04);
    expect(high).toBeLessThan(0.16);
    expect(run.summary().judgedValues).toBeGreaterThan(100);
    expect(run.summary().oddValues).toBeLessThan(4);
  });

  it('are shown to a person', async () => {
    const { out } = await judge(test);
    expect(out).toMatch(
      /Values outside their intervals\n\n.*\n.*\n +61 +value 1 +0\.9 +0\.0\d+ to 0\.1\d+ +copied a part in/,
    );
  });

  it('alarm by themselves, or only where the key is odd too', async () => {
    const flagged = async (file: string, ...more: string[]) =>
      (await judge(file, '--json', ...more)).ofType('event').map(({ line }) => line);
    expect(await flagged(test)).toContain(planted);
    expect(await flagged(test, '--alarm', 'both')).not.toContain(planted);
    expectRefused(await judge(test, '--alarm', 'all'), 'use any or both');
    const keys = write('keys.csv', 'session,keys\na,1 2 3\n');
    expectRefused(await judge(keys, '--alarm', 'both'), 'no values were judged');
  });

  it('are not there in a sequence CSV, and the verdict says so', async () => {
    const keys = write('some.csv', 'session,keys\na,1 2 3\n');
    const run = await judge(keys, '--json', '--all');
    expect(run.ofType('event')[0]?.verdict.parameters).toEqual({
      judged: false,
      why: 'the input has keys alone, no values',
    });
    expect(run.summary()).not.toHaveProperty('judgedValues');
  });

  it('are judged from standard input as from a file', async () => {
    const file = await judge(test, '--json');
    const stdin = await caracal(['detect', '-', '--model-dir', model, '--json'], readFileSync(test));
    expect(stdin.summary()).toEqual(file.summary());
  });
});

describe('evaluate and compare on raw logs', () => {
  it('let an ensemble see the values, by the templates of the training', async () => {
    const odd = (s: number, i: number): string | null => (s % 9 === 4 && i === 3 ? '900' : null);
    const train = write('normal.log', copies(150, 5));
    const test = write('labelled.log', copies(36, 6, odd));
    const lines = [4, 13, 22, 31].map((s) => s * 8 + 5);
    const labels = write('labels.csv', `line,label\n${lines.map((line) => `${line},1`).join('\n')}\n`);
    const input = ['--train', train, '--test', test, '--labels', labels, '--seed', '1', ...TINY, '--json'];
    const run = await caracal(['evaluate', ...input, '--model', 'ensemble']);
    expect(run.code).toBe(0);
    expect(run.json()[0]?.recall).toBe(1);
    expect(run.json()[0]?.precision).toBeGreaterThan(0.5);
  });
});

describe('scan --values', () => {
  const log = write(
    'scan.log',
    copies(120, 3, (s, i) => (s === 60 && i > 1 ? '900' : null)),
  );
  const reasons = async (...more: string[]) => {
    const run = await caracal(['scan', log, ...TINY, '--json', ...more]);
    expect(run.code).toBe(0);
    return run
      .json()
      .filter(({ type }) => type === 'window' || type === 'lead' || type === 'alert')
      .map(({ reason }) => String(reason));
  };

  it('finds values outside their intervals, which a scan does not look at unless told', async () => {
    const said = /value 1 of 'copied a part in <NUM>' is 0\.9 \(usually 0\.0\d+ to 0\.1\d+\)/;
    expect(await reasons('--values')).toContainEqual(expect.stringMatching(said));
    expect((await reasons()).join('\n')).not.toContain('value 1 of');
  });

  it('is refused for a model that learns none', async () => {
    expectRefused(await caracal(['scan', log, '--values', '--model', 'unseen-key']), 'does not learn values');
  });
});
