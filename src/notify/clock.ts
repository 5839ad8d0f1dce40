/** Time as the dispatcher sees it; the clock of `caracal/stream` is one. */
export interface NotifyClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `milliseconds`; what it returns calls that off. */
  after(milliseconds: number, callback: () => void): () => void;
}
