import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectRefused, type JsonLine, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();

/** A task of which either order of two keys and a repeated one are usual: `open (read & lock) write+ close`. */
const usual = (i: number): string => `open ${i % 2 ? 'read lock' : 'lock read'}${' write'.repeat(1 + (i % 3))} close`;

describe('the workflow of a model', () => {
  const model = path('model');
  const of = (...more: string[]) => caracal(['workflow', '--model-dir', model, ...more]);

  beforeAll(async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `s${i},${usual(i)}`);
    const train = write('train.csv', `session,keys\n${rows.join('\n')}\n`);
    const enough = ['--hidden', '16', '--embedding', '8', '--layers', '1', '--epochs', '150', '--threads', '1'];
    expect(await caracal(['train', train, '--out', model, ...enough])).toMatchObject({ code: 0 });
  });

  it('is an outline that a person can read', async () => {
    const { code, out } = await of();
    expect(code).toBe(0);
    expect(out).toMatch(
      /^open\nside by side, in any order:\n- (read|lock)\n- (read|lock)\nonce or more:\n {2}write\nclose\n$/,
    );
  });

  it('is drawn and given as data', async () => {
    expect((await of('--as', 'mermaid')).out).toMatch(/^flowchart TD\n/);
    expect((await of('--as', 'dot')).out).toMatch(/^digraph workflow \{\n/);
    const { out } = await of('--json');
    expect(JSON.parse(out)).toMatchObject({ type: 'workflow', blocks: { kind: 'sequence' } });
    expect((await of('--as', 'json')).out).toBe(out);
  });

  it('is written to a file, of the kind that its name says', async () => {
    for (const [name, begin] of [
      ['flow.mmd', 'flowchart'],
      ['flow.dot', 'digraph'],
      ['flow.json', '{"type":"workflow"'],
      ['flow.txt', 'open\n'],
    ] as const) {
      expect(await of('--out', path(name))).toMatchObject({ code: 0, out: '' });
      expect(readFileSync(path(name), 'utf8').startsWith(begin)).toBe(true);
    }
  });

  it('is refused where it cannot be, and nothing is left behind', async () => {
    expectRefused(await of('--as', 'png'), 'no such kind', 'Use text, json, mermaid, dot');
    expectRefused(await of('--out', path('nowhere/flow.dot')), 'cannot be written', 'Choose another --out');
    expect(existsSync(path('nowhere'))).toBe(false);
    const floor = path('floor');
    await caracal(['train', write('few.csv', 'session,keys\na,1 2 3\nb,1 2 3\n'), '--out', floor, '--model', 'length']);
    expectRefused(await caracal(['workflow', '--model-dir', floor]), 'a length model has no workflow');
  });

  it('says where a run left it and what was expected there', async () => {
    const test = write('test.csv', 'session,keys\nusual,open read lock write close\nodd,open read write close\n');
    const run = await caracal(['detect', test, '--model-dir', model, '--json', '--all']);
    const verdicts = run.ofType('event').filter(({ session }: JsonLine) => session === 'odd');
    const left = { left: true, position: 3, template: 'write', expected: ['lock'] };
    expect(verdicts.map(({ verdict }) => verdict.workflow)).toEqual([
      { left: false },
      { left: false },
      left,
      left,
      left,
    ]);
    expect(verdicts[2]?.verdict.key).toMatchObject({ flagged: true });
    const { out } = await caracal(['detect', test, '--model-dir', model]);
    expect(out).toMatch(/Where sessions with findings left the workflow\n\n.*\n.*\n +3 +odd +write +lock\n/);
  });
});

it('names templates where the model knows raw logs', async () => {
  const model = path('sshd');
  const log = write('sshd.log', sshdLines(120).join('\n'));
  await caracal(['train', log, '--out', model, ...TINY]);
  const { code, out } = await caracal(['workflow', '--model-dir', model]);
  expect(code).toBe(0);
  expect(out).toMatch(/<(IP|NUM|\*)>/);
});
