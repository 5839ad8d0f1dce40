import { existsSync, writeFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAlert } from '../src/store/cases/sample-alerts.case.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { createRng } from '../src/util/rng.ts';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { path, write } = workspace();
const LEARN = [
  '--hidden',
  '32',
  '--embedding',
  '16',
  '--layers',
  '1',
  '--epochs',
  '20',
  '--lr',
  '0.01',
  '--threads',
  '1',
];

describe('feedback on what a model flagged in sequences', () => {
  const rows = Array.from({ length: 80 }, (_, i) => `s${i},${i % 2 ? '5 5 22 11 9 26' : '5 22 5 11 9 26'}`);
  const train = write('train.csv', `session,keys\n${rows.join('\n')}\n`);
  const test = write(
    'test.csv',
    [
      'session,keys,label',
      'usual,5 5 22 11 9 26,0',
      'backup,5 5 22 77 11 9 26,0',
      'backup-2,5 22 5 77 11 9 26,0',
      'attack,5 77 66 66 9 26,1',
      '',
    ].join('\n'),
  );
  const model = path('model');
  const args = ['feedback', test, '--model-dir', model, '--threads', '1'];
  beforeAll(async () => {
    expect(await caracal(['train', train, '--out', model, ...LEARN])).toMatchObject({ code: 0 });
  });

  it('shows what it would silence, and writes the model only when told', async () => {
    const out = path('shown');
    const shown = await caracal([...args, '--false-positive', 'backup', '--out', out]);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('Nothing was written. With --yes');
    expect(shown.out).toContain('Not marked, and not flagged any more');
    expect(shown.out).toMatch(/flags \d+ events? in place of \d+/);
    expect(existsSync(out)).toBe(false);
    const again = await caracal([...args, '--false-positive', 'backup', '--out', out, '--json']);
    expect(again.summary()).toMatchObject({ written: false, out });
    expect(existsSync(out)).toBe(false);
  });

  it('gives a model that takes what was marked for normal, and still flags the attack', async () => {
    const out = path('taught');
    const before = await caracal(['detect', test, '--model-dir', model, '--json']);
    const told = await caracal([...args, '--false-positive', 'backup', '--out', out, '--yes', '--json']);
    expect(told).toMatchObject({ code: 0, err: '' });
    const after = await caracal(['detect', test, '--model-dir', out, '--json']);
    const sessions = (run: typeof after) => new Set(run.ofType('event').map(({ session }) => session));
    expect(sessions(before)).toEqual(new Set(['backup', 'backup-2', 'attack']));
    expect(sessions(after)).toContain('attack');
    expect(sessions(after)).not.toContain('backup');

    const summary = told.summary();
    expect(summary).toMatchObject({ written: true, remaining: 0, lostSessions: [], updates: 1 });
    expect(summary.before).toEqual({
      events: before.ofType('event').length,
      sessions: before.summary().flaggedSequences,
    });
    expect(summary.after).toEqual({ events: after.ofType('event').length, sessions: after.summary().flaggedSequences });
    expect(summary.silenced).toBe(summary.marked + summary.silencedUnmarked);
    const silenced = told.ofType('silenced');
    expect(silenced).toHaveLength(summary.silenced);
    expect(silenced.filter(({ marked }) => marked).every(({ session }) => session === 'backup')).toBe(true);
    // The same key in the attack: what is labelled or confirmed counts as such.
    expect(silenced.filter(({ session }) => session === 'attack').every(({ confirmed }) => confirmed)).toBe(true);
    expect(summary.silencedConfirmed).toBe(silenced.filter(({ confirmed }) => confirmed).length);
    const twice = await caracal([
      ...args.with(3, out),
      '--false-positive',
      'attack#3',
      '--out',
      path('twice'),
      '--json',
    ]);
    expect(twice.summary()).toMatchObject({ marked: 1, updates: 2 });
  });

  it('takes lines of detect --json as verdicts, false positives unless they say otherwise', async () => {
    const detected = await caracal(['detect', test, '--model-dir', model, '--json']);
    const attack = detected.ofType('event').filter(({ session }) => session === 'attack');
    const verdicts = path('verdicts.ndjson');
    const lines = detected.json().flatMap((line) => {
      if (line.session === 'attack') return { ...line, verdict: 'true-positive' };
      return line.session === 'backup-2' ? { ...line, verdict: 'not-evaluable' } : line;
    });
    writeFileSync(verdicts, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const told = await caracal([...args, '--verdicts', verdicts, '--out', path('lines'), '--json']);
    const listed = await caracal([...args, '--false-positive', 'backup', '--out', path('lines'), '--json']);
    expect(attack.length).toBeGreaterThan(0);
    expect(told).toMatchObject({ code: 0 });
    expect(told.out).toBe(listed.out);

    const own = write('own.ndjson', '{"session":"backup","verdict":"benign-expected"}\n\n');
    expect((await caracal([...args, '--verdicts', own, '--out', path('lines'), '--json'])).out).toBe(listed.out);
  });

  it('refuses what is no finding, no verdict, or no model that learns', async () => {
    const out = ['--out', path('refused')];
    expectRefused(await caracal([...args, ...out]), 'no finding is marked');
    expectRefused(await caracal([...args, '--false-positive', 'usual', ...out]), 'usual: there is no finding');
    expectRefused(await caracal([...args, '--false-positive', 'backup#1', ...out]), 'backup#1');
    expectRefused(await caracal([...args, '--false-positive', 'backup']), '--out is missing');
    expectRefused(await caracal(['feedback', test, '--false-positive', 'backup', ...out]), 'Give --model-dir');
    expectRefused(await caracal([...args, '--false-positive', 'backup', ...out, '--reason', 'x']), '--reason');
    for (const [line, what] of [
      ['nonsense', 'line 1: is no verdict'],
      ['{"session":"backup","verdict":"perhaps"}', 'is no verdict'],
      ['{"verdict":"false-positive"}', 'is no verdict'],
      ['{"session":"usual"}', 'there is no finding'],
      ['{"session":"backup","verdict":"true-positive"}', 'no finding is marked'],
    ] as const) {
      expectRefused(await caracal([...args, '--verdicts', write('bad.ndjson', line), ...out]), what);
    }
    const floor = path('floor');
    await caracal(['train', train, '--out', floor, '--model', 'unseen-key', ...TINY]);
    const other = await caracal(['feedback', test, '--model-dir', floor, '--false-positive', 'backup', ...out]);
    expectRefused(other, 'learns nothing from verdicts');
  });
});

describe('feedback on what a model flagged in logs', () => {
  /** Sessions of a made-up daemon that does its work in any order, some with `line` as their third. */
  const log = (sessions: number, seed: number, line?: string): string => {
    const rng = createRng(seed);
    const work = ['reading block', 'writing block', 'checking sums', 'sending a reply', 'waiting for a peer'];
    // Each half as often as the one before: what is normal may be rare.
    const usual = work.flatMap((name, i) => Array<string>(2 ** (work.length - i)).fill(name));
    let time = Date.UTC(2017, 2, 27);
    const lines: string[] = [];
    for (let session = 0; session < sessions; session++) {
      for (let i = 0; i < 6; i++) {
        time += 10_000;
        const message = i === 2 && line !== undefined && session === 1 ? line : rng.pick(usual);
        lines.push(`${new Date(time).toISOString()} node stored[${1000 + session}]: ${message}`);
      }
    }
    return `${lines.join('\n')}\n`;
  };

  it('teaches a line that was never seen, so that it is normal in other logs too', async () => {
    const model = path('stored-model');
    const taught = path('stored-taught');
    const train = write('stored.log', log(200, 1));
    expect(await caracal(['train', train, '--out', model, ...LEARN])).toMatchObject({ code: 0 });
    const judged = write('judged.log', log(20, 2, 'rotating keys of alice at once'));
    const marks = ['feedback', judged, '--model-dir', model, '--threads', '1', '--out', taught];
    const shown = await caracal([...marks, '--false-positive', '9', '--json']);
    expect(shown.summary()).toMatchObject({ marked: 1, remaining: 0, arisen: 0, written: false });
    const file = await caracal([...marks, '--false-positive', 'judged.log:9', '--yes', '--json']);
    expect(file.ofType('silenced')).toEqual(shown.ofType('silenced'));
    const flagged = async (name: string, file: string) =>
      (await caracal(['detect', file, '--model-dir', name, '--json'])).ofType('event').map(({ line }) => line);
    const other = write('other.log', log(20, 3, 'rotating keys of bob at once'));
    for (const file of [judged, other]) {
      expect(await flagged(model, file)).toContain(9);
      expect(await flagged(taught, file)).not.toContain(9);
    }
  });
});

describe('feedback on the alerts of a live store', () => {
  const url = path('live.db');
  let store: Store;
  const onStore = (...args: string[]) => caracal(['feedback', ...args, '--database', url, '--by', 'ada']);
  const entity = { kind: 'user', value: 'eve' } as const;
  const template = { id: 't', text: 'Failed password for <*>', count: 9 };

  beforeEach(async () => {
    store = await openStore(path('live.db'), { now: () => 5 });
    const alerts = ['a1', 'a2', 'a3'].map((id, i) => newAlert({ id, entity, template, time: 1000 + i }));
    await store.alerts.upsert([...alerts, newAlert({ id: 'b1', template: null, reason: 'odd \u001b[31mcount' })]);
    return () => store.close();
  });

  it('lists what waits, takes verdicts with their receipt, and takes them back', async () => {
    const listed = await onStore('list');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toContain('4 alerts without a verdict.');
    expect(listed.out).toContain('odd \\x1b[31mcount');
    expect((await onStore('list', '--json')).ofType('alert')).toHaveLength(4);

    const confirm = await onStore('give', 'a1', '--verdict', 'true-positive', '--reason', 'she left in May');
    expect(confirm).toMatchObject({ code: 0, out: '1 verdict saved: true-positive.\n' });

    const dismiss = ['give', 'a2', 'a3', '--verdict', 'false-positive', '--reason', 'the scanner'];
    const shown = await onStore(...dismiss);
    expect(shown.out).toContain('3 alerts like this so far, 1 confirmed: detector deeplog, template t, user eve');
    expect(shown.out).toContain('a1');
    expect(shown.out).toContain('Nothing was saved');
    expect((await store.alerts.get('a2'))?.status).toBe('open');

    const saved = await onStore(...dismiss, '--expires', '2030-01-01', '--yes', '--json');
    expect(saved.ofType('receipt')).toMatchObject([{ silenced: 3, confirmed: 1, confirmedAlerts: ['a1'] }]);
    expect(saved.summary()).toMatchObject({ targets: 2, saved: true, by: 'ada' });
    expect(await store.alerts.get('a2')).toMatchObject({ status: 'false-positive', statusUntil: Date.UTC(2030, 0) });
    expect((await onStore('list', '--json')).summary()).toMatchObject({ open: 1 });

    const [verdict] = (await onStore('history', 'a2', '--json')).ofType('verdict');
    expect(verdict).toMatchObject({ author: 'ada', reason: 'the scanner', expires: '2030-01-01T00:00:00.000Z' });
    expect(await onStore('undo', String(verdict?.id), '--reason', 'it was not')).toMatchObject({ code: 0, err: '' });
    expect((await store.alerts.get('a2'))?.status).toBe('open');
    expect((await onStore('history', 'a2')).out).toContain('by ada: it was not');
    const trail = (await store.audit.page({ actor: 'ada' })).items.map(({ action, target }) => `${action} ${target}`);
    expect(trail).toEqual([
      'verdict.undo alert:a2',
      'verdict.give alert:a3',
      'verdict.give alert:a2',
      'verdict.give alert:a1',
    ]);
  });

  it('refuses what it does not understand', async () => {
    const reason = ['--reason', 'x'];
    expectRefused(await onStore(), 'what is to be done');
    expectRefused(await onStore('giv'), 'Did you mean give');
    expectRefused(await onStore('give', '--verdict', 'true-positive', ...reason), 'a verdict on what');
    expectRefused(await onStore('give', 'a1', ...reason), '--verdict is missing');
    expectRefused(await onStore('give', 'a1', '--verdict', 'true-positive'), '--reason is missing');
    expectRefused(await onStore('give', 'a1', '--verdict', 'maybe', ...reason), 'use true-positive');
    expectRefused(await onStore('give', 'zz', '--verdict', 'true-positive', ...reason), 'no alert or window zz');
    const past = ['--expires', '1969-01-01'];
    expectRefused(await onStore('give', 'a1', '--verdict', 'true-positive', ...reason, ...past), 'is over already');
    expectRefused(await onStore('undo', 'a1', ...reason), 'the number of one verdict');
    expectRefused(await onStore('undo', '99', ...reason), 'Verdict 99 does not exist');
    expectRefused(await onStore('history'), 'history takes the id');
    expectRefused(await onStore('list', '--out', path('x')), '--out is for verdicts on what a model flagged');
    expectRefused(await caracal(['feedback', 'list', '--database', path('none.db')]), 'there is no such store');
    expect(existsSync(path('none.db'))).toBe(false);
  });
});
