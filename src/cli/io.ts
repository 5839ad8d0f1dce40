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

/** The real terminal. */
export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  width: widthOf(process.stdout.columns, process.env.COLUMNS),
  now: () => Date.now(),
};

/** Columns to write in: what the environment says, else the terminal's; one that does not know says 0. */
export function widthOf(terminal: number | undefined, environment: string | undefined): number {
  const told = Number(environment);
  return Number.isInteger(told) && told > 0 ? told : terminal || 120;
}
