import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LiveSession } from './live-sessions.ts';
import { packSessions, unpackSessions } from './packed-sessions.ts';

const number = fc.double({ noNaN: true });
const session: fc.Arbitrary<LiveSession> = fc.record({
  source: fc.nat(100),
  name: fc.string(),
  host: fc.constantFrom('', 'web', 'db'),
  state: fc.option(fc.float32Array({ maxLength: 5, noNaN: true })),
  last: number,
  events: fc.nat(),
  recent: fc.array(fc.record({ key: fc.string(), nll: number, time: number, sequence: number }), { maxLength: 4 }),
});

it('gives back what was packed', () => {
  fc.assert(
    fc.property(fc.array(session), (sessions) => {
      expect([...unpackSessions(packSessions(sessions))]).toEqual(sessions);
    }),
  );
});

it('keeps nothing in common with the sessions', () => {
  const mine = { source: 1, name: 'a', host: 'h', state: Float32Array.of(1), last: 1, events: 1, recent: [] };
  const packed = packSessions([mine]);
  mine.state[0] = 2;
  mine.events = 2;
  expect([...unpackSessions(packed)]).toMatchObject([{ state: Float32Array.of(1), events: 1 }]);
});
