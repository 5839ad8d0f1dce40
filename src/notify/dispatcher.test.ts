import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../test/support/manual-clock.ts';
import { workspace } from '../../test/support/workspace.ts';
import { type NotifyTarget, notifyTargetSchema } from '../config/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { createRng } from '../util/rng.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { sampleAlert, sampleWindow } from './sample-messages.case.ts';

const { path, directory } = workspace();
let store: Store;
let clock: ManualClock;
let stores = 0;

beforeEach(async () => {
  store = await openStore(path(`letters-${++stores}.db`));
  clock = createManualClock();
});
afterEach(() => store.close());

const target = (name: string, change: object = {}): NotifyTarget =>
  notifyTargetSchema.parse({ kind: 'file', name, path: path(`${stores}-${name}.ndjson`), ...change });
const missing = (name: string): NotifyTarget => target(name, { path: path(`${stores}-missing/${name}.ndjson`) });
const dispatch = (...targets: NotifyTarget[]): Dispatcher =>
  createDispatcher({ targets, letters: store.deadLetters, clock, rng: createRng(1) });
const told = (name: string): string[] =>
  existsSync(path(`${stores}-${name}.ndjson`))
    ? readFileSync(path(`${stores}-${name}.ndjson`), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const { type, change, alert, window } = JSON.parse(line);
          return `${type}.${change} ${(alert ?? window).id} ${alert?.priority.rank ?? ''}`.trim();
        })
    : [];
const ranked = (id: string, rank: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO') =>
  sampleAlert({ id, priority: { rank, score: 0.5, factors: [] } });
const waiting = async () => (await store.deadLetters.page()).items;

describe('a dispatcher', () => {
  test('tells each target what it wants to hear, and nobody what is silenced', async () => {
    const dispatcher = dispatch(target('all', { from: 'INFO' }), target('urgent', { from: 'HIGH' }), {
      ...target('off'),
      enabled: false,
    });
    dispatcher.notify({ type: 'alert', alert: ranked('a', 'LOW'), change: 'added' });
    dispatcher.notify({ type: 'alert', alert: ranked('b', 'CRITICAL'), change: 'added' });
    dispatcher.notify({ type: 'alert', alert: { ...ranked('c', 'HIGH'), suppression: 'rule' }, change: 'added' });
    dispatcher.notify({ type: 'window', window: sampleWindow, change: 'open' });
    dispatcher.notify({ type: 'window', window: sampleWindow, change: 'extend' });
    dispatcher.notify({ type: 'window', window: sampleWindow, change: 'close' });
    await dispatcher.idle();
    expect(told('all')).toEqual([
      'alert.added a LOW',
      'alert.added b CRITICAL',
      'window.open window-1',
      'window.close window-1',
    ]);
    expect(told('urgent')).toEqual(['alert.added b CRITICAL', 'window.open window-1', 'window.close window-1']);
    expect(told('off')).toEqual([]);
    expect(await waiting()).toEqual([]);
    expect((await store.deadLetters.page({ delivered: true })).items).toHaveLength(7);
    await dispatcher.close();
  });

  test('tells of an alert again only when its rank rises', async () => {
    const dispatcher = dispatch(target('soc', { from: 'MEDIUM' }));
    for (const [rank, change] of [
      ['LOW', 'added'],
      ['LOW', 'changed'],
      ['MEDIUM', 'changed'],
      ['MEDIUM', 'changed'],
      ['HIGH', 'changed'],
      ['MEDIUM', 'changed'],
      ['HIGH', 'changed'],
    ] as const) {
      dispatcher.notify({ type: 'alert', alert: ranked('a', rank), change });
    }
    await dispatcher.idle();
    expect(told('soc')).toEqual(['alert.changed a MEDIUM', 'alert.changed a HIGH']);
    await dispatcher.close();
  });

  test('keeps what cannot be delivered, for a second try by hand', async () => {
    const dispatcher = dispatch(missing('soc'));
    dispatcher.notify({ type: 'alert', alert: ranked('a', 'HIGH'), change: 'added' });
    await clock.until(dispatcher.idle(), 5000);
    const [letter] = await waiting();
    expect(letter).toMatchObject({
      notifier: 'soc',
      alert: 'a',
      attempts: 6,
      error: expect.stringMatching(/^Given up: soc: /),
    });
    expect(dispatcher.status().targets).toMatchObject([{ name: 'soc', failed: 6, givenUp: 1 }]);

    const id = letter?.id ?? 0;
    expect(await dispatcher.retry(id)).toMatchObject({ code: 'E_NOTIFY' });
    expect((await waiting())[0]?.attempts).toBe(7);
    await dispatcher.change([target('soc')]);
    expect(await dispatcher.retry(id)).toBeNull();
    expect(told('soc')).toEqual(['alert.added a HIGH']);
    await expect(dispatcher.retry(id)).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
    await dispatcher.close();
  });

  test('delivers after a restart what the end of the process left, but not what was given up', async () => {
    directory(`${stores}-missing`);
    const before = dispatch(missing('soc'));
    before.notify({ type: 'alert', alert: ranked('a', 'HIGH'), change: 'added' });
    await before.idle();
    await before.close();

    const planned = dispatch(target('soc'));
    const letters = planned.plan({ type: 'alert', alert: ranked('b', 'HIGH'), change: 'added' });
    await store.transaction(async (to) => {
      for (const letter of letters) await to.deadLetters.add(letter);
    });
    const lost = await store.deadLetters.add({
      ...letters[0],
      notifier: 'soc',
      alert: 'c',
      payload: 1,
      error: 'Given up: x',
      attempts: 6,
    });
    await planned.close();
    expect(told('soc')).toEqual([]);

    const after = dispatch(target('soc'));
    expect(await after.resume()).toBe(1);
    expect(await after.resume()).toBe(0);
    await after.idle();
    expect(told('soc')).toEqual(['alert.added b HIGH']);
    expect((await waiting()).map(({ id }) => id)).toEqual([lost.id]);
    await after.close();
  });

  test('tells people even when its store does not answer', async () => {
    const dispatcher = dispatch(target('soc'));
    await store.close();
    dispatcher.notify({ type: 'alert', alert: ranked('a', 'HIGH'), change: 'added' });
    await dispatcher.idle();
    expect(told('soc')).toEqual(['alert.added a HIGH']);
    await dispatcher.close();
    store = await openStore(path(`letters-${++stores}.db`));
  });

  test('takes other targets while it runs, all of them or none', async () => {
    const dispatcher = dispatch(target('a'), target('b'));
    const twice = [target('c'), target('c')];
    await expect(dispatcher.change(twice)).rejects.toThrow('Two targets are named c');
    const bad = notifyTargetSchema.parse({ kind: 'webhook', name: 'd', url: 'ftp://x.org', secret: 'x'.repeat(16) });
    await expect(dispatcher.change([bad])).rejects.toMatchObject({ code: 'E_USAGE' });
    await dispatcher.change([target('b'), target('c')]);
    dispatcher.notify({ type: 'window', window: sampleWindow, change: 'open' });
    await dispatcher.idle();
    expect([told('a'), told('b'), told('c')]).toEqual([[], ['window.open window-1'], ['window.open window-1']]);
    await dispatcher.close();
  });
});
