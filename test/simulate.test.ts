import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, type JsonLine, type Run } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { path } = workspace();

describe('simulate', () => {
  const company = path('a company');
  let run: Run;
  beforeAll(async () => {
    run = await caracal(['simulate', '--out', company, '--days', '1', '--scale', '0.1']);
  });

  it('names every file it writes, and the command that scans the logs', () => {
    const files = readdirSync(company).filter((name) => name !== 'logs');
    expect(files.sort()).toEqual(['labels.csv', 'oddities.json', 'phases.json']);
    for (const name of [...files, 'logs/auth.log', 'logs/syslog']) expect(run.out).toContain(`${company}/${name}: `);
    expect(run.out).not.toContain('NaN');
    expect(run.out.trimEnd().split('\n').at(-1)).toBe(`Next: caracal scan '${company}/logs'`);
  });

  it('leaves no truth behind that a scan of its folder could see', async () => {
    const whole = await caracal(['parse', company, '--json']);
    const logs = await caracal(['parse', `${company}/logs`, '--json']);
    expect(whole.summary()).toEqual(logs.summary());
    expect(whole.ofType('warning').map(({ code }) => code)).toEqual(['file-skipped', 'file-skipped', 'file-skipped']);
  });
});

describe('demo, with the intrusion of seed 1', () => {
  const directory = path('demo');
  let windows: JsonLine[];
  let run: Run;
  beforeAll(async () => {
    run = await caracal(['demo', '--seed', '1', '--out', directory, '--json']);
    windows = run.ofType('window');
  }, 120_000);

  it('has at least 80 % of the phases in one of its first 3 windows', () => {
    const phases: Record<string, [from: string, to: string]> = JSON.parse(
      readFileSync(`${directory}/phases.json`, 'utf8'),
    );
    const spans = Object.values(phases).map((span) => span.map((time) => Date.parse(time)));
    const held = windows.slice(0, 3).map(({ start, end }) => {
      return spans.filter(([from = 0, to = 0]) => Date.parse(start) <= to && Date.parse(end) >= from).length;
    });
    expect(spans.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...held)).toBeGreaterThanOrEqual(0.8 * spans.length);
  });

  it('asks for at most 10 % of the time in at most 25 windows', () => {
    expect(windows.length).toBeLessThanOrEqual(25);
    expect(run.summary().timeShare).toBeLessThanOrEqual(0.1);
  });
});
