import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDirectory } from '../files/index.ts';
import type { Simulation } from '../simulate/index.ts';

const PHASES = 'phases.json';
const LABELS = 'labels.csv';

/**
 * Writes simulated logs with their ground truth: `logs/`, `phases.json`, `labels.csv`
 * and `oddities.json`. The files' modification time is the end of the period, so that
 * the year of their lines can be inferred as for real logs.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writeSimulation(directory: string, simulation: Simulation): Promise<void> {
  const { files, phases, oddities, labels, end } = simulation;
  const content = new Map<string, Iterable<string>>();
  for (const [path, lines] of files) content.set(path, chunks(lines));
  content.set(PHASES, [`${JSON.stringify(phases, null, 2)}\n`]);
  content.set('oddities.json', [`${JSON.stringify(oddities, null, 2)}\n`]);
  content.set(
    LABELS,
    chunks(['source,line,label', ...labels.map(({ source, line, label }) => `${source},${line},${label}`)]),
  );
  await writeDirectory(directory, content, (names) => names.includes(PHASES) && names.includes(LABELS));
  const seconds = end / 1000;
  for (const path of files.keys()) await utimes(join(directory, path), seconds, seconds);
}

// --- internal ---

const LINES_PER_CHUNK = 4096;

function* chunks(lines: readonly string[]): Generator<string> {
  for (let i = 0; i < lines.length; i += LINES_PER_CHUNK) yield `${lines.slice(i, i + LINES_PER_CHUNK).join('\n')}\n`;
}
