/**
 * What a second view is worth. Two channels that always speak together (a sensor and the
 * one that repeats its alerts) confirm nothing; two that hardly ever do confirm a lot.
 */
export interface Corroboration {
  /**
   * Most that a burst of `other` adds to one of `first` on the same host: -log10 of how
   * often, in normal time, a burst of the first is met by one of the second.
   */
  channels(first: string, other: string): number;
  /** Most that a burst on another host adds. */
  readonly entities: number;
  /** Surprise of what several channels come to together: how rarely they do so in normal time. */
  together(score: number): number;
  /** Surprise of what several hosts come to together. */
  across(score: number): number;
}

/** Channels that are independent by construction; other hosts say nothing. */
export const INDEPENDENT: Corroboration = {
  channels: () => Number.POSITIVE_INFINITY,
  entities: 0,
  together: (score) => score,
  across: (score) => score,
};
