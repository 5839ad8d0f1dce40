/** Lets one thing at a time have the pipeline. */
export interface Turns {
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Turns in the order in which they were asked for. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (work) => {
      const turn = last.then(work, work);
      last = turn.catch(() => {});
      return turn;
    },
  };
}
