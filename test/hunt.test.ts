import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { caracal, expectCounted, expectRefused, type JsonLine, type Run } from './support/cli.ts';
import {
  ALERTS_END,
  alertsCsv,
  HUNT_BEGIN,
  INTRUSION,
  phasesJson,
  type SensorAlert,
  sensorAlerts,
} from './support/sensor-alerts.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { path, write } = workspace();
const iso = (time: number): string => new Date(time).toISOString();
const COLUMNS = ['--time', 'time', '--key', 'short', '--entity', 'host', '--channel', 'short:1'];
/** Nothing here is about how well the sequence model does. */
const MODEL = ['--model', 'unseen-trigram'];
const UNTIL = ['--train-until', iso(HUNT_BEGIN)];
const TRUTH = (): string[] => ['--phases', path('phases.json'), '--label-column', 'event_label'];

let alerts: SensorAlert[];
let file: string;
const hunt = (...args: string[]): Promise<Run> => caracal(['hunt', file, ...COLUMNS, ...UNTIL, ...MODEL, ...args]);
const huntIn = (list: readonly SensorAlert[], name: string, ...args: string[]): Promise<Run> =>
  caracal(['hunt', write(name, alertsCsv(list)), ...COLUMNS, ...UNTIL, ...MODEL, ...args]);

beforeAll(() => {
  alerts = sensorAlerts();
  file = write('alerts.csv', alertsCsv(alerts));
  write('phases.json', phasesJson());
});

describe('caracal hunt', () => {
  it('finds the intrusion in the alerts of two sensors and leaves the rest', async () => {
    const run = await hunt(...TRUTH(), '--json');
    expect(expectCounted(run)).toEqual([]);
    const summary = run.summary();
    expect(summary).toMatchObject({
      mode: 'forensics',
      phaseCoverage: 0.6667,
      visiblePhaseCoverage: 1,
      phases: {
        scan: { visible: true, covered: true },
        stop: { visible: true, covered: true },
        unseen: { visible: false, covered: false },
      },
      eventCoverage: 1,
      channels: ['W', 'S'],
    });
    expect(summary.benignRetention).toBeLessThan(0.05);
    expect(summary.timeRetention).toBeLessThan(0.02);
    expect(summary.windows).toBe(run.ofType('window').length);
    expect(summary.keptEvents / summary.judgedEvents).toBeCloseTo(summary.retention, 3);
    expect(summary.storageSaved).toBeCloseTo(1 - summary.bytesKept / summary.bytesIn, 3);
  });

  it('says of a window why, of whom, what set its ends, and to which incident it belongs', async () => {
    const [first] = (await hunt('--json')).ofType('window');
    expect(first?.channels).toEqual(expect.arrayContaining(['W', 'S']));
    expect(first?.reason).toMatch(/W: .*'W-Http-400'.*S: .*'S-Nmap'/);
    expect(first?.entities).toContainEqual({ kind: 'host', value: 'web' });
    expect(first?.boundaries.start).toMatch(/^\d+ s before the first flagged event/);
    expect(first?.incident).toBe(1);
    const { text, line, offset, length } = first?.lines.examples[0] ?? {};
    expect(
      readFileSync(file)
        .subarray(offset, offset + length)
        .toString(),
    ).toBe(text);
    expect(readFileSync(file, 'utf8').split('\n')[line - 1]).toBe(text);
  });

  it('tells a person the same, with the phases', async () => {
    const run = await hunt(...TRUTH());
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/windows? to hunt in of \d+ incidents?, the most urgent first/);
    expect(run.out).toContain("'W-Http-400'");
    expect(run.out).toMatch(/scan +2017-01-13 09:00:00 +2017-01-13 09:04:00 +yes +yes/);
    expect(run.out).toMatch(/100 % of those that are visible/);
  });

  it('is the same with the same seed, whatever the order of the rows', async () => {
    const shuffled = write('shuffled.csv', alertsCsv(alerts.toReversed()));
    const windows = async (name: string): Promise<unknown[]> =>
      (await caracal(['hunt', name, ...COLUMNS, ...UNTIL, ...MODEL, '--json']))
        .ofType('window')
        .map(({ start, end, score }) => [start, end, score]);
    expect(await windows(file)).toEqual(await windows(shuffled));
  });

  it('exits with 1 for a window where it is asked to', async () => {
    expect((await hunt('--fail-on', 'window', '--json')).code).toBe(1);
  });

  it('hunts in raw logs, every part judged by models of the others', async () => {
    const log = sshdLines(3000);
    log.splice(
      400,
      0,
      ...log.slice(400, 401).map((line) => line.replace(/Accepted.*|pam.*|Disc.*/, 'exploit of web by 6.6.6.6')),
    );
    const run = await caracal(['hunt', write('auth.log', log.join('\n')), '--year', '2017', ...MODEL, '--json']);
    expectCounted(run);
    expect(run.summary().channels).toEqual(expect.arrayContaining(['novelty', 'sequence', 'quantity']));
    expect(run.ofType('window').some(({ reason }) => /exploit/.test(reason))).toBe(true);
  });
});

describe('caracal hunt --mode realtime', () => {
  const emissions = (run: Run): JsonLine[] => run.summary().emissions;

  it('opens, extends and closes windows without the future', async () => {
    const run = await hunt('--mode', 'realtime', ...TRUTH(), '--json');
    expectCounted(run);
    expect(run.summary()).toMatchObject({ visiblePhaseCoverage: 1 });
    expect(new Set(emissions(run).map(({ kind }) => kind))).toEqual(new Set(['open', 'extend', 'close']));
  });

  it('emits for what came so far exactly what it emits for the whole up to then', async () => {
    const whole = emissions(await hunt('--mode', 'realtime', '--json'));
    for (const until of [
      INTRUSION.scan[0] + 60_000,
      INTRUSION.stop[0] - 1000,
      INTRUSION.stop[1],
      ALERTS_END - 3_600_000,
    ]) {
      const known = alerts.filter(({ time }) => time <= until);
      const prefix = emissions(await huntIn(known, 'prefix.csv', '--mode', 'realtime', '--json'));
      const soFar = (list: readonly JsonLine[]) => list.filter(({ at }) => Date.parse(at) < until);
      expect(soFar(prefix)).toEqual(soFar(whole));
    }
  });
});

describe('caracal hunt --sweep', () => {
  it.each(['forensics', 'realtime'])('draws coverage against retention (%s)', async (mode) => {
    const run = await hunt('--mode', mode, '--sweep', ...TRUTH(), '--json');
    const points = run.ofType('metrics');
    expect(points.length).toBeGreaterThan(5);
    expect(points.at(-1)?.retention).toBeGreaterThan(points[0]?.retention);
    const { smallestFull, area } = run.summary().sweep;
    expect(points.find(({ value }) => value === smallestFull)?.visiblePhaseCoverage).toBe(1);
    expect(area).toBeGreaterThan(0.9);
  });
});

describe('caracal hunt --out', () => {
  it('writes windows and their events for people and for other tools', async () => {
    const out = path('hunt');
    const run = await hunt('--sweep', ...TRUTH(), '--out', out, '--json');
    const windows = run.ofType('window');
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    const rows = (name: string): string[] => read(name).trimEnd().split('\n');
    expect(rows('windows.ndjson').map((line) => JSON.parse(line))).toEqual(windows);
    const events = rows('events.ndjson').map((line) => JSON.parse(line));
    expect(events.length).toBe(run.summary().keptEvents);
    expect(rows('timesketch.csv')[0]).toMatch(/^message,datetime,timestamp_desc,/);
    expect(rows('timesketch.csv').length - 1).toBe(events.length);
    for (const line of rows('timesketch.jsonl')) {
      expect(JSON.parse(line)).toMatchObject({
        message: expect.any(String),
        datetime: expect.stringMatching(/Z$/),
        timestamp_desc: expect.any(String),
      });
    }
    expect(rows('ecs.ndjson').map((line) => JSON.parse(line)['@timestamp'])).toEqual(windows.map(({ start }) => start));
    const original = new Set(readFileSync(file, 'utf8').split('\n'));
    const raw = readdirSync(join(out, 'raw')).flatMap((name) => rows(join('raw', name)));
    expect(raw.length).toBe(events.length);
    expect(raw.every((line) => original.has(line))).toBe(true);
    expect(read('summary.md')).toMatch(/^# Hunt summary/);
    expect(read('summary.md')).toContain('## Incident 1');
    expect(read('index.html')).toMatch(
      /<!doctype html>[\s\S]*W-Http-400[\s\S]*What beta costs|What beta costs[\s\S]*W-Http-400/,
    );
    expect((await hunt('--out', out, '--json')).code).toBe(0);
  });

  it('makes no markup and no formula of log text', async () => {
    const hostile = '=cmd|`<script>alert(1)</script>`';
    const list = alerts.map((alert) =>
      alert.key === 'S-Nmap' ? { ...alert, key: `S-${hostile}`, host: '=cmd' } : alert,
    );
    const out = path('hostile');
    await huntIn(list, 'hostile.csv', '--out', out, '--json');
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    expect(read('index.html')).not.toContain('<script>alert');
    expect(read('summary.md')).toMatch(/``+[^\n]*<script>/);
    expect(read('timesketch.csv')).toContain(",'=cmd,");
    expect(read('timesketch.csv')).not.toMatch(/,=cmd,caracal/);
  });
});

describe('indicators of compromise', () => {
  it('are a channel of their own', async () => {
    const ioc = write('ioc.csv', `time,indicator,host\n${iso(INTRUSION.stop[0])},evil.example,files\n`);
    const run = await hunt('--ioc', ioc, '--json');
    const window = run
      .ofType('window')
      .find(({ start, end }) => start <= iso(INTRUSION.stop[0]) && end >= iso(INTRUSION.stop[0]));
    expect(window?.channels).toContain('ioc');
    expect(window?.reason).toContain('evil.example');
  });

  it('without a time are refused', async () => {
    const ioc = write('bad-ioc.csv', 'time,indicator\nyesterday,evil.example\n');
    expectRefused(await hunt('--ioc', ioc, '--json'), /bad-ioc\.csv/, /time/);
  });
});

describe('what a hunter has to know', () => {
  const notes = async (list: readonly SensorAlert[], name: string): Promise<JsonLine[]> =>
    (await huntIn(list, name, '--json')).ofType('warning');

  it('a channel that falls silent is not evaluable there', async () => {
    const from = Date.UTC(2017, 0, 13, 19);
    const list = alerts.filter(({ key, time }) => !(key.startsWith('S') && time > from));
    const run = await huntIn(list, 'silent.csv', '--json');
    expect(run.ofType('warning')).toContainEqual(
      expect.objectContaining({
        code: 'silent-channel',
        note: expect.stringMatching(/^S says nothing from 2017-01-13 1[89]/),
      }),
    );
    const late = run.ofType('window').find(({ start }) => Date.parse(start) > from);
    expect(late?.notEvaluable).toEqual(['S']);
  });

  it('clocks that differ are told', async () => {
    const seen = alerts.flatMap((alert) => [
      alert,
      { ...alert, key: `S-copy-of-${alert.key}`, time: alert.time + 3_600_000 },
    ]);
    const found = await notes(seen, 'clocks.csv');
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'clock-offset', note: expect.stringMatching(/60 min ahead/) }),
    );
  });

  it('channels that have no time in common cannot confirm each other', async () => {
    const list = alerts.filter(({ key, time }) => key.startsWith('S') === time < HUNT_BEGIN - 86_400_000);
    expect(await notes(list, 'apart.csv')).toContainEqual(expect.objectContaining({ code: 'channels-apart' }));
  });

  it('one channel has nothing to confirm it', async () => {
    const list = alerts.filter(({ key }) => key.startsWith('W'));
    expect(await notes(list, 'one.csv')).toContainEqual(expect.objectContaining({ code: 'one-channel' }));
  });

  it('an attack in the part that is learned is told, and does not hide the rest', async () => {
    const before = { time: HUNT_BEGIN - 36_000_000, host: 'mail', key: 'W-Http-400', label: 'scan' };
    const list = [...alerts, ...Array.from({ length: 50 }, (_, i) => ({ ...before, time: before.time + i * 1000 }))];
    const run = await huntIn(
      list.sort((a, b) => a.time - b.time),
      'contaminated.csv',
      ...TRUTH(),
      '--json',
    );
    expect(run.ofType('warning')).toContainEqual(expect.objectContaining({ code: 'attack-learned' }));
    expect(run.summary().visiblePhaseCoverage).toBe(1);
  });

  it('times that are not understood are counted', async () => {
    const bad = write('times.csv', alertsCsv(alerts).replace(/^\d+(?=,web,W-Update)/gm, 'soon'));
    const run = await caracal(['hunt', bad, ...COLUMNS, ...UNTIL, ...MODEL, '--json']);
    expect(run.code).toBe(0);
    expect(run.ofType('warning').map(({ code }) => code)).toContain('no-time');
  });
});

describe('bad input of a hunt', () => {
  it.each([
    [['--alpha=-1', '--mode', 'realtime'], /--alpha -1/],
    [['--alpha', '1e9', '--mode', 'realtime'], /--alpha 1e9/],
    [['--alpha', '2'], /--alpha.*realtime/],
    [['--beta=-0.1'], /--beta -0\.1/],
    [['--beta', 'huge'], /--beta huge/],
    [['--beta', '1', '--mode', 'realtime'], /--beta/],
    [['--mode', 'later'], /--mode later/],
    [['--channel', 'short:0'], /--channel short:0/],
    [['--channel', 'sensor:1'], /no column 'sensor'/i],
    [['--entity', 'machine'], /no column 'machine'/i],
    [['--key', 'nothing'], /no column 'nothing'/i],
    [['--label-column', 'truth'], /no column 'truth'/i],
    [['--max-windows', '0'], /--max-windows 0/],
    [['--train-until', 'tomorrow'], /--train-until tomorrow/],
    [['--train-until', '2016-01-01T00:00:00Z'], /0 events lie before/],
    [['--train-until', '2030-01-01T00:00:00Z'], /no event lies after/],
    [['--phases', 'none.json'], /none\.json/],
    [['--out', '.'], /holds other files/],
    [['--fail-on', 'alert'], /--fail-on alert/],
  ])('%j is refused', async (args, words) => {
    expectRefused(await hunt(...args, '--json'), words);
  });

  it.each([
    ['[1]', /object of phases/],
    ['{"scan": ["2017-01-01", "soon"]}', /'scan'/],
    ['{"scan": ["2017-01-02", "2017-01-01"]}', /'scan'/],
    ['{', /no JSON/],
  ])('phases %s are refused', async (text, words) => {
    expectRefused(await hunt('--phases', write('bad-phases.json', text), '--json'), /bad-phases\.json/, words);
  });

  it('real time without a past is refused', async () => {
    expectRefused(await caracal(['hunt', file, ...COLUMNS, ...MODEL, '--mode', 'realtime']), /--train-until/);
  });

  it('nothing to hunt in is refused', async () => {
    expectRefused(await caracal(['hunt']), /nothing to hunt in/);
  });

  it('a table whose times are all not understood is refused', async () => {
    const bad = write('no-times.csv', alertsCsv(alerts).replace(/^\d+/gm, 'soon'));
    const run = await caracal(['hunt', bad, '--format', 'event-csv', ...COLUMNS, ...UNTIL, ...MODEL, '--json']);
    expectRefused(run, /0 events lie before/);
  });
});

describe('events that a model scored', () => {
  it('are hunted in as they are', async () => {
    const log = sshdLines(3000);
    const odd = log
      .slice(2600, 2601)
      .map((line) => line.replace(/Accepted.*|pam.*|Disc.*/, 'exploit of web by 6.6.6.6'));
    const normal = write('normal.log', log.slice(0, 1500).join('\n'));
    const all = write('all.log', [...log.slice(0, 2600), ...odd, ...log.slice(2600)].join('\n'));
    const model = path('model');
    await caracal(['train', normal, '--year', '2017', '--model', 'unseen-trigram', '--out', model]);
    const detected = await caracal(['detect', all, '--year', '2017', '--model-dir', model, '--all', '--json']);
    const run = await caracal([
      'hunt',
      write('events.ndjson', detected.out),
      '--train-until',
      '2017-03-28T10:00:00Z',
      '--json',
    ]);
    expect(run.code).toBe(0);
    expect(run.summary().channels).toEqual(['novelty', 'sequence']);
    const line = detected.ofType('event').find(({ flags }) => flags.includes('unseen'));
    expect(run.ofType('window').some(({ start, end }) => start <= line?.time && end >= line?.time)).toBe(true);
  });
});
