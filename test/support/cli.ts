import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { type Io, main } from '../../src/cli/index.ts';

/** A line of `--json` output; tests look at the fields they are about. */
// biome-ignore lint/suspicious/noExplicitAny: the fields are what the tests check
export type JsonLine = { readonly type: string } & Readonly<Record<string, any>>;

/** What a command line came to. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The lines of `--json` output. */
  json(): JsonLine[];
  /** The lines of one type. */
  ofType(type: string): JsonLine[];
  /** The summary, which must be there once, and last. */
  summary(): JsonLine;
}

/** A model small enough for tests: nothing here is about how well it does. */
export const TINY = ['--hidden', '16', '--embedding', '8', '--layers', '1', '--epochs', '3', '--threads', '1'];

/** Runs a command line in this process, with an `Io` that writes down everything. */
export async function caracal(args: readonly string[], stdin?: Uint8Array): Promise<Run> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTerminal: false,
    errIsTerminal: false,
    width: 120,
    now: () => 0,
  };
  const code = await withStdin(stdin, () => main(args, io));
  const json = (): JsonLine[] =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const ofType = (type: string): JsonLine[] => json().filter((line) => line.type === type);
  return {
    code,
    out,
    err,
    json,
    ofType,
    summary: () => {
      expect(json().findIndex(({ type }) => type === 'summary')).toBe(json().length - 1);
      return json().at(-1) as JsonLine;
    },
  };
}

/**
 * Asserts that a command was refused as bad usage or input: exit code 2, nothing on
 * stdout, one sentence or more on stderr without a stack trace, that says `what`.
 */
export function expectRefused(run: Run, ...what: readonly (string | RegExp)[]): void {
  expect(run).toMatchObject({ code: 2, out: '' });
  expect(run.err).toMatch(/^caracal: .+[.)]\n$|^caracal: .+ (DIR|FILE|\/var\/log\/auth\.log)\n$/);
  expect(run.err.trimEnd()).not.toContain('\n');
  for (const words of what) expect(run.err).toMatch(words);
}

/** Warnings of a `--json` run as `[code, count, firstLine]`, after asserting that its counts add up. */
export function expectCounted(run: Run): [code: string, count: number, firstLine: number][] {
  expect(run).toMatchObject({ code: 0, err: '' });
  const { lines, events, blankLines, headerLines, continuationLines } = run.summary();
  expect(lines).toBe(events + blankLines + headerLines + continuationLines);
  return run.ofType('warning').map(({ code, count, firstLine }) => [code, count, firstLine]);
}

// --- internal ---

async function withStdin<T>(content: Uint8Array | undefined, run: () => Promise<T>): Promise<T> {
  if (content === undefined) return run();
  const real = Object.getOwnPropertyDescriptor(process, 'stdin');
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([content]) });
  try {
    return await run();
  } finally {
    if (real) Object.defineProperty(process, 'stdin', real);
  }
}
