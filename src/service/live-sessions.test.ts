import { expect, it } from 'vitest';
import { createLiveSessions } from './live-sessions.ts';

const HOUR = 3_600_000;

it('gives the session of a name until it was silent for longer than the time-out', () => {
  const sessions = createLiveSessions(HOUR, 10);
  const first = sessions.touch(1, 'a', 'web', 0);
  expect(sessions.touch(1, 'a', 'web', HOUR)).toBe(first);
  expect(first.last).toBe(HOUR);
  const second = sessions.touch(1, 'a', 'web', 2 * HOUR + 1);
  expect(second).not.toBe(first);
  expect(second).toMatchObject({ events: 0, state: null, recent: [] });
});

it('lets go of those that are over, and of the one that was silent for longest beyond the bound', () => {
  const sessions = createLiveSessions(HOUR, 3);
  for (const [i, name] of ['a', 'b', 'c', 'a', 'd'].entries()) sessions.touch(1, name, '', i);
  expect([...sessions.all()].map(({ name }) => name)).toEqual(['c', 'a', 'd']);
  sessions.touch(1, 'e', '', 2 * HOUR);
  expect([...sessions.all()].map(({ name }) => name)).toEqual(['e']);
});

it('ends nothing of a source because another one is ahead of it', () => {
  const sessions = createLiveSessions(HOUR, 10);
  const slow = sessions.touch(1, 'slow', '', 0);
  sessions.touch(2, 'fast', '', 48 * HOUR);
  expect(sessions.touch(1, 'slow', '', 1000)).toBe(slow);
});

it('goes on with new sessions where the clock was set back', () => {
  const sessions = createLiveSessions(HOUR, 10);
  const ahead = sessions.touch(1, 'a', '', 24 * HOUR);
  const back = sessions.touch(1, 'a', '', 0);
  expect(back).not.toBe(ahead);
  sessions.touch(1, 'b', '', 1000);
  expect(sessions.touch(1, 'a', '', 2000)).toBe(back);
});

it('goes on after a restart as if nothing had been', () => {
  const before = createLiveSessions(HOUR, 10);
  for (let i = 0; i < 20; i++) before.touch(i % 2, `s${i % 7}`, '', i * 1000);
  const after = createLiveSessions(HOUR, 10, structuredClone([...before.all()]));
  for (let i = 20; i < 60; i++) {
    const touch = [i % 2, `s${(i * 5) % 11}`, '', i * HOUR * 0.2] as const;
    expect(after.touch(...touch)).toEqual(before.touch(...touch));
  }
  expect([...after.all()]).toEqual([...before.all()]);
});
