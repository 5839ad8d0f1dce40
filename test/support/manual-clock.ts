import type { StreamClock } from '../../src/stream/index.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends StreamClock {
  /** Goes on and calls back what was due, in its order. */
  advance(milliseconds: number): void;
  /** Goes on, a step per turn of the event loop, until `promise` settles: for what reads files in between. */
  until<T>(promise: Promise<T>, step?: number): Promise<T>;
}

export function createManualClock(start = Date.UTC(2017, 3, 20)): ManualClock {
  let now = start;
  let timers: { readonly due: number; readonly callback: () => void }[] = [];
  const advance = (milliseconds: number): void => {
    now += milliseconds;
    const due = timers.filter((timer) => timer.due <= now).sort((a, b) => a.due - b.due);
    timers = timers.filter((timer) => timer.due > now);
    for (const { callback } of due) callback();
  };
  return {
    now: () => now,
    after: (milliseconds, callback) => {
      const timer = { due: now + milliseconds, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance,
    until: async (promise, step = 250) => {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      promise.then(mark, mark);
      const start = performance.now();
      while (!settled) {
        if (performance.now() - start > LONGEST_WAIT) throw new Error('nothing came, however long the clock went on');
        await nextTurn();
        advance(step);
      }
      return promise;
    },
  };
}

/** Time for a test that waits in vain to fail, in real milliseconds. */
const LONGEST_WAIT = 20_000;

/** Turns the event loop until `condition` holds. */
export async function turnsUntil(condition: () => boolean): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > LONGEST_WAIT) throw new Error('what was waited for did not happen');
    await nextTurn();
  }
}

/** One turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
