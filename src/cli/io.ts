/** Everything a command touches outside the library, so that tests can put their own in place. */
export interface Io {
  /** Results. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  /** True where stdout is a person's terminal. */
  readonly outIsTerminal: boolean;
  /** True where stderr is a person's terminal: only then is progress drawn. */
  readonly errIsTerminal: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Epoch ms. */
  now(): number;
}

/** Ends the process quietly once whoever read stdout has gone, as `caracal scan FILE | head` does. */
export function endWithReader(): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** The real terminal. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  width: process.stdout.columns ?? 120,
  now: () => Date.now(),
};
