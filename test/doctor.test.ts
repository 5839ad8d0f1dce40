import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { caracal, expectCounted } from './support/cli.ts';
import { dataFolder, needs } from './support/requirements.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { write } = workspace();

async function adviceOn(...args: string[]): Promise<string[]> {
  const run = await caracal(['doctor', ...args, '--json']);
  expect(run.code).toBe(0);
  return run.summary().advice;
}

describe('doctor', () => {
  const hex = (i: number): string => createHash('sha256').update(String(i)).digest('hex');
  const uuid = (i: number): string => hex(i).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  const log = (message: (i: number) => string): string =>
    write(
      'ids.log',
      Array.from({ length: 1200 }, (_, i) => `2024-03-01T10:00:${String(i % 60).padStart(2, '0')}Z ${message(i)}`).join(
        '\n',
      ),
    );

  it.each([
    ['UUID', (i: number) => `request ${uuid(i >> 2)} step of ${i} done`],
    ['name', (i: number) => `step of ${i} done session=${hex(i >> 2).slice(0, 12)}a1 today`],
  ])('suggests sessions by a %s that occurs in the lines', async (_, message) => {
    const file = log(message);
    const [advice = ''] = await adviceOn(file);
    const [, pattern = ''] = /--session '(.+)'/.exec(advice) ?? [];
    for (const i of [0, 7, 900]) expect(message(i)).toMatch(new RegExp(pattern));
    const told = await caracal(['doctor', file, '--session', pattern, '--json']);
    expect(told.summary().sessions).toMatchObject({ count: 300, longest: 4 });
    expect(told.summary().advice).toEqual([]);
  });

  it('suggests no pattern where no id occurs', async () => {
    const advice = await adviceOn(log((i) => `step of ${i} done`));
    expect(advice.join()).toContain('Everything is one session. If lines carry an id');
    expect(advice.join()).not.toContain("--session '");
    expect(await adviceOn(write('sshd.log', sshdLines(300).join('\n')))).toEqual([]);
  });
});

describe('lines that say they were repeated', () => {
  const lines = sshdLines(60);
  const [header, message] = lines[1]?.split(']: ') ?? [];
  lines.splice(2, 0, `${header}]: message repeated 5 times: [ ${message}]`);
  const file = write('repeated.log', lines.join('\n'));

  it('are one event of their line and several of their template', async () => {
    const run = await caracal(['parse', file, '--json']);
    expect(expectCounted(run)).toEqual([]);
    expect(run.summary()).toMatchObject({ lines: 61, events: 61, occurrences: 65 });
    expect(run.ofType('template').reduce((sum, { count }) => sum + count, 0)).toBe(65);
    expect((await caracal(['parse', file])).out).toContain(
      '61 lines, 61 events (65 with those that say they repeat), ',
    );
    expect((await caracal(['doctor', file])).out).toContain('cover 100 % of the events');
  });
});

needs('data')('doctor on raw HDFS logs', () => {
  it('suggests sessions by block', async () => {
    const advice = await adviceOn(join(dataFolder, 'parsing/HDFS/HDFS_2k.log'));
    expect(advice.join()).toContain("--session '(blk_-?\\d+)'");
  });
});
