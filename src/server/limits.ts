/** A bucket that holds `burst` requests and gets `perSecond` new ones. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What the server is held to. */
export interface Limits {
  /** Bytes of a body, except of what is pushed: that has the bounds of the push source. */
  readonly bodyBytes: number;
  /** How deep JSON may be nested. */
  readonly jsonDepth: number;
  /** Requests of one address, whoever they are from. */
  readonly address: Rate;
  /** Requests of one user or token. */
  readonly identity: Rate;
  /** Pushes of one token. */
  readonly push: Rate;
  /** Attempts to log in from one address. */
  readonly login: Rate;
  /** Failed attempts on one user name before it has to wait. */
  readonly loginFailures: number;
  /** The longest that a user name has to wait after failed attempts, ms. The wait doubles from 1 s on. */
  readonly loginWait: number;
  /** How long a session lasts, ms. */
  readonly session: number;
  /** Clients of the live stream at once, in all and of one identity. */
  readonly liveClients: number;
  readonly liveClientsEach: number;
  /** Messages and bytes that wait for a slow client of the live stream. */
  readonly liveQueue: number;
  readonly liveQueueBytes: number;
  /** How often a live client is greeted and asked whether it may still be there, ms. */
  readonly liveCheck: number;
  /** Binary logarithm of the cost of scrypt. */
  readonly passwordCost: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1024 * 1024,
  jsonDepth: 32,
  address: { perSecond: 200, burst: 2000 },
  identity: { perSecond: 50, burst: 500 },
  push: { perSecond: 500, burst: 2000 },
  login: { perSecond: 0.2, burst: 10 },
  loginFailures: 5,
  loginWait: 300_000,
  session: 12 * 3_600_000,
  liveClients: 200,
  liveClientsEach: 20,
  liveQueue: 512,
  liveQueueBytes: 1024 * 1024,
  liveCheck: 15_000,
  passwordCost: 15,
};
