import { CaracalError } from '../errors.ts';
import type { Rng } from '../util/rng.ts';
import type { NotifyClock } from './clock.ts';
import { failure, reasonOf } from './failure.ts';
import { GIVEN_UP, type LetterBox } from './letters.ts';
import type { NotifyMessage } from './message.ts';
import type { Notifier } from './notifier.ts';

/** Something to deliver; without an id it was not possible to keep it. */
export interface Posted {
  readonly id: number | null;
  readonly message: NotifyMessage;
}

/** How a target does. */
export interface TargetStatus {
  readonly name: string;
  /** Messages that wait, the one that is being delivered among them. */
  readonly queued: number;
  readonly delivered: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Messages that stay as dead letters. */
  readonly givenUp: number;
  /** Why the last attempt failed, `null` where it did not. */
  readonly error: string | null;
}

/** The messages of one target, one after the other. */
export interface TargetQueue {
  readonly status: TargetStatus;
  readonly waiting: ReadonlySet<number>;
  push(posted: Posted): void;
  /** One attempt now, whatever else waits. */
  attempt(posted: Posted): Promise<CaracalError | null>;
  /** Until nothing waits any more. */
  idle(): Promise<void>;
  /** Stops: what waits stays as letters. */
  close(): Promise<void>;
}

/** What bounds a queue. */
export interface QueueBounds {
  /** Messages of one target in memory. */
  readonly queue: number;
  /** Attempts for one message. */
  readonly attempts: number;
  /** For one attempt, ms. */
  readonly timeout: number;
  /** Before the second attempt, ms; twice as long before each one after it, up to `longestPause`. */
  readonly pause: number;
  readonly longestPause: number;
}

/** Delivers the messages of one target in their order, each until it is delivered or given up. */
export function createTargetQueue(
  notifier: Notifier,
  {
    letters,
    clock,
    rng,
    bounds,
  }: { readonly letters: LetterBox; readonly clock: NotifyClock; readonly rng: Rng; readonly bounds: QueueBounds },
): TargetQueue {
  const queue: Posted[] = [];
  const waiting = new Set<number>();
  const closing = new AbortController();
  const counts = { delivered: 0, failed: 0, givenUp: 0 };
  let error: string | null = null;
  let running: Promise<void> = Promise.resolve();
  let active = false;

  /** What is not written down is delivered again after a restart: more than once, but not never. */
  const note = async (id: number | null, write: (id: number) => Promise<void>): Promise<void> => {
    if (id !== null) await write(id).catch(() => {});
  };

  const once = async (message: NotifyMessage): Promise<CaracalError | null> => {
    const late = new AbortController();
    const callOff = clock.after(bounds.timeout, () => late.abort());
    const stop = (): void => late.abort();
    closing.signal.addEventListener('abort', stop, { once: true });
    try {
      await notifier.deliver(message, late.signal);
      return null;
    } catch (cause) {
      if (cause instanceof CaracalError && cause.code === 'E_NOTIFY') return cause;
      return failure(`${notifier.name} failed: ${reasonOf(cause)}. Look at its settings.`, { retry: true, cause });
    } finally {
      callOff();
      closing.signal.removeEventListener('abort', stop);
    }
  };

  const attempt = async ({ id, message }: Posted): Promise<CaracalError | null> => {
    const failed = await once(message);
    error = failed?.message ?? null;
    if (!failed) {
      counts.delivered++;
      await note(id, (letter) => letters.delivered(letter));
    } else counts.failed++;
    return failed;
  };

  const giveUp = async (id: number | null, why: string): Promise<void> => {
    counts.givenUp++;
    await note(id, (letter) => letters.failed(letter, `${GIVEN_UP}: ${why}`));
  };

  const pause = (before: number, wanted: unknown): Promise<void> => {
    const longest = Math.min(bounds.longestPause, bounds.pause * 2 ** (before - 1));
    // Half of it at random, so that many senders do not come back all at once.
    const drawn = longest * (0.5 + rng.next() / 2);
    const asked = typeof wanted === 'number' ? Math.min(wanted, bounds.longestPause) : 0;
    return new Promise((resolve) => {
      const done = (): void => {
        callOff();
        closing.signal.removeEventListener('abort', done);
        resolve();
      };
      const callOff = clock.after(Math.max(drawn, asked), done);
      closing.signal.addEventListener('abort', done);
    });
  };

  const deliver = async (posted: Posted): Promise<void> => {
    for (let tried = 1; ; tried++) {
      const failed = await attempt(posted);
      if (!failed || closing.signal.aborted) return;
      if (failed.data.retry !== true || tried >= bounds.attempts) return giveUp(posted.id, failed.message);
      await note(posted.id, (letter) => letters.failed(letter, failed.message));
      await pause(tried, failed.data.wait);
      if (closing.signal.aborted) return;
    }
  };

  const run = async (): Promise<void> => {
    for (let next = queue[0]; next && !closing.signal.aborted; next = queue[0]) {
      await deliver(next);
      if (closing.signal.aborted) break;
      queue.shift();
      if (next.id !== null) waiting.delete(next.id);
    }
    active = false;
  };

  return {
    get status() {
      return { name: notifier.name, queued: queue.length, ...counts, error };
    },
    waiting,
    push(posted) {
      if (closing.signal.aborted || (posted.id !== null && waiting.has(posted.id))) return;
      if (queue.length >= bounds.queue) {
        void giveUp(posted.id, `${queue.length} others were waiting`);
        return;
      }
      queue.push(posted);
      if (posted.id !== null) waiting.add(posted.id);
      if (!active) {
        active = true;
        running = run();
      }
    },
    attempt: async (posted) => {
      const failed = await attempt(posted);
      if (failed) await note(posted.id, (letter) => letters.failed(letter, `${GIVEN_UP}: ${failed.message}`));
      return failed;
    },
    idle: () => running,
    async close() {
      closing.abort();
      await running;
      await notifier.close();
    },
  };
}
