import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { createRng } from '../util/rng.ts';
import { failure } from './failure.ts';
import type { LetterBox, NewLetter } from './letters.ts';
import type { Notifier } from './notifier.ts';
import { alertMessage } from './sample-messages.case.ts';
import { createTargetQueue, type QueueBounds } from './target-queue.ts';

const bounds: QueueBounds = { queue: 3, attempts: 5, timeout: 10_000, pause: 1000, longestPause: 6000 };
const again = failure('the server is tired', { retry: true });

/** A queue to a target that fails as `script` says, `null` for success, and succeeds ever after. */
function begin(script: (Error | null | 'silence')[]) {
  const clock = createManualClock();
  const told: string[] = [];
  const notes: string[] = [];
  const pauses: number[] = [];
  const notifier: Notifier = {
    name: 'soc',
    deliver: (message, signal) => {
      const next = script.shift() ?? null;
      if (next === 'silence') {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('called off'))));
      }
      if (next) return Promise.reject(next);
      told.push(message.id);
      return Promise.resolve();
    },
    close: async () => void notes.push('closed'),
  };
  const letters: LetterBox = {
    add: async (letter: NewLetter) => ({ ...letter, id: 0 }),
    failed: async (id, error) => void notes.push(`${id} failed: ${error}`),
    delivered: async (id) => void notes.push(`${id} delivered`),
    page: async () => ({ items: [], cursor: null }),
  };
  const watched = {
    now: clock.now,
    after: (ms: number, callback: () => void) => {
      if (ms !== bounds.timeout) pauses.push(ms);
      return clock.after(ms, callback);
    },
  };
  const queue = createTargetQueue(notifier, { letters, clock: watched, rng: createRng(1), bounds });
  return { queue, clock, told, notes, pauses };
}

const message = (name: string) => alertMessage({ id: name });

describe('the queue of a target', () => {
  test('delivers in order, each once', async () => {
    const { queue, told, notes } = begin([]);
    const messages = ['a', 'b', 'c'].map(message);
    messages.forEach((each, i) => {
      queue.push({ id: i, message: each });
      queue.push({ id: i, message: each });
    });
    expect(queue.status.queued).toBe(3);
    await queue.idle();
    expect(told).toEqual(messages.map(({ id }) => id));
    expect(notes).toEqual(['0 delivered', '1 delivered', '2 delivered']);
    expect(queue.status).toEqual({ name: 'soc', queued: 0, delivered: 3, failed: 0, givenUp: 0, error: null });
  });

  test('tries again after pauses that double and are partly left to chance, then gives up and goes on', async () => {
    const { queue, clock, notes, pauses, told } = begin([again, again, again, again, again]);
    queue.push({ id: 1, message: message('a') });
    queue.push({ id: 2, message: message('b') });
    await clock.until(queue.idle());
    expect(pauses).toHaveLength(4);
    for (const [i, pause] of pauses.entries()) {
      const longest = Math.min(6000, 1000 * 2 ** i);
      expect(pause).toBeGreaterThanOrEqual(longest / 2);
      expect(pause).toBeLessThan(longest);
    }
    expect(new Set(pauses.map((pause, i) => pause / 2 ** i)).size).toBeGreaterThan(1);
    expect(notes.slice(3)).toEqual([
      '1 failed: the server is tired',
      '1 failed: Given up: the server is tired',
      '2 delivered',
    ]);
    expect(told).toEqual([message('b').id]);
    expect(queue.status).toMatchObject({ queued: 0, delivered: 1, failed: 5, givenUp: 1, error: null });
  });

  test('waits as long as the receiver asks, within reason', async () => {
    const { queue, clock, pauses } = begin([
      failure('later', { retry: true, wait: 4500 }),
      failure('next year', { retry: true, wait: 1e12 }),
    ]);
    queue.push({ id: 1, message: message('a') });
    await clock.until(queue.idle());
    expect(pauses).toEqual([4500, 6000]);
  });

  test('does not try again what will not pass, or what is no delivery failure for ever', async () => {
    const { queue, clock, notes } = begin([failure('no such hook', { retry: false }), new TypeError('odd')]);
    queue.push({ id: 1, message: message('a') });
    queue.push({ id: 2, message: message('b') });
    await clock.until(queue.idle());
    expect(notes).toEqual([
      '1 failed: Given up: no such hook',
      '2 failed: soc failed: odd. Look at its settings.',
      '2 delivered',
    ]);
  });

  test('does not wait for ever for an answer', async () => {
    const { queue, clock, told } = begin(['silence']);
    queue.push({ id: 1, message: message('a') });
    await clock.until(queue.idle());
    expect(told).toHaveLength(1);
    expect(clock.now()).toBeGreaterThanOrEqual(createManualClock().now() + 10_000);
    expect(queue.status.failed).toBe(1);
  });

  test('is bounded: what is beyond stays as a letter and is counted', async () => {
    const { queue, clock, notes } = begin(['silence']);
    for (let id = 1; id <= 5; id++) queue.push({ id, message: message(`a${id}`) });
    expect(queue.status).toMatchObject({ queued: 3, givenUp: 2 });
    await clock.until(queue.idle());
    expect(notes.filter((note) => note.includes('3 others were waiting'))).toHaveLength(2);
    expect(queue.status).toMatchObject({ queued: 0, delivered: 3 });
  });

  test('stops at once when it is closed: what waits stays a letter', async () => {
    for (const first of ['silence', again] as const) {
      const { queue, notes, told } = begin([first]);
      queue.push({ id: 1, message: message('a') });
      queue.push({ id: 2, message: message('b') });
      await queue.close();
      queue.push({ id: 3, message: message('c') });
      expect(told).toEqual([]);
      expect(notes.filter((note) => note.includes('delivered') || note.includes('Given up'))).toEqual([]);
      expect(notes.at(-1)).toBe('closed');
    }
  });
});
