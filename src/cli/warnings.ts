import type { Io } from './io.ts';
import { count, neutral } from './text.ts';

/** Something in the input that was not as it should be, with how often it was so. */
export interface InputWarning {
  readonly code: string;
  readonly file: string;
  readonly count: number;
  /** 0 where it is about no line in particular. */
  readonly firstLine: number;
  readonly note: string;
}

/** Warnings on stderr: a line for each kind of trouble and file. */
export function writeWarnings(warnings: readonly InputWarning[], io: Io): void {
  for (const { file, code, count: times, firstLine, note } of warnings) {
    const where = firstLine > 0 ? `, first in line ${count(firstLine)}` : '';
    io.err(`caracal: ${neutral(file)}: ${code} (${count(times)}${where}): ${neutral(note)}\n`);
  }
}

/** Warnings as `warning` lines of a `--json` result. */
export function writeJsonWarnings(warnings: readonly InputWarning[], io: Io): void {
  for (const warning of warnings) io.out(`${JSON.stringify({ type: 'warning', ...warning })}\n`);
}
