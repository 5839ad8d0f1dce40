/** Running totals of a feed, and how it stands now. Every one is there for every source. */
export interface FeedCounts {
  /** Lines and bytes taken in. */
  lines: number;
  bytes: number;
  /** Taken in and not settled yet. */
  waitingLines: number;
  waitingBytes: number;
  /** Lost for want of room, here or in the kernel. The kernel does not tell how many bytes. */
  droppedLines: number;
  droppedBytes: number;
  /** Lines longer than the bound, and the bytes that were left out. */
  cutLines: number;
  cutBytes: number;
  /** Lines whose end never came. */
  partialLines: number;
  /** Messages with line breaks inside, which became blanks. */
  foldedLines: number;
  nulLines: number;
  invalidUtf8Lines: number;
  /** Frames that made no sense. */
  badFrames: number;
  connections: number;
  connectionsOpened: number;
  connectionsRefused: number;
  /** Silent, stalled or half-open ones that were closed. */
  connectionsTimedOut: number;
  connectionsFailed: number;
  requests: number;
  /** Requests answered with an error. */
  requestsRefused: number;
  /** Requests whose idempotency key was known already. */
  duplicates: number;
  rotations: number;
  truncations: number;
  gaps: number;
}

/** Totals of a feed that has seen nothing. */
export function createCounts(): FeedCounts {
  return {
    lines: 0,
    bytes: 0,
    waitingLines: 0,
    waitingBytes: 0,
    droppedLines: 0,
    droppedBytes: 0,
    cutLines: 0,
    cutBytes: 0,
    partialLines: 0,
    foldedLines: 0,
    nulLines: 0,
    invalidUtf8Lines: 0,
    badFrames: 0,
    connections: 0,
    connectionsOpened: 0,
    connectionsRefused: 0,
    connectionsTimedOut: 0,
    connectionsFailed: 0,
    requests: 0,
    requestsRefused: 0,
    duplicates: 0,
    rotations: 0,
    truncations: 0,
    gaps: 0,
  };
}
