import type { StreamClock } from '../stream/index.ts';

/** Does something again and again, each time so many ms after the last is over; what it returns ends that. `work` does not fail. */
export function repeat(clock: StreamClock, pause: number, work: () => Promise<void>): () => void {
  let over = false;
  let cancel = (): void => {};
  const next = (): void => {
    cancel = clock.after(pause, () => {
      work().finally(() => {
        if (!over) next();
      });
    });
  };
  next();
  return () => {
    over = true;
    cancel();
  };
}
