import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Standard input as a file, so that results can lead back to its lines. */
export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/** Copies standard input to a file of its own in the folder for temporary files. */
export async function spoolStdin(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'caracal-stdin-'));
  const path = join(folder, 'stdin');
  await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}
