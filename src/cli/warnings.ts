import type { ReadWarning } from '../read/index.ts';
import type { Io } from './io.ts';
import { count, neutral } from './text.ts';

/** What was not as it should be in the input, on stderr: a line for each kind of trouble and file. */
export function writeWarnings(warnings: readonly ReadWarning[], io: Io): void {
  for (const { file, code, count: times, firstLine, note } of warnings) {
    const where = firstLine > 0 ? `, first in line ${count(firstLine)}` : '';
    io.err(`caracal: ${neutral(file)}: ${code} (${count(times)}${where}): ${neutral(note)}\n`);
  }
}
