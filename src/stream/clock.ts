/** Time as sources see it; tests drive it by hand. */
export interface StreamClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `milliseconds`; what it returns calls that off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: StreamClock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
