import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaracalError } from '../errors.ts';

/** A folder for as long as it is needed. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a folder of its own among the temporary files. Whatever ends the process takes
 * it away, but for a crash or SIGKILL.
 *
 * @param purpose goes into its name
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  let path: string;
  try {
    path = await mkdtemp(join(tmpdir(), `caracal-${purpose}-`));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*/, '') : String(cause);
    throw new CaracalError(
      'E_FILE_UNWRITABLE',
      `${tmpdir()}: no temporary file can be made there (${why}). Set TMPDIR to a folder that can be written.`,
      { file: tmpdir() },
      { cause },
    );
  }
  const keep = removeAtExit(path);
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      keep();
    },
  };
}

/** Has a file or folder removed when the process ends, until the function it gives is called. */
export function removeAtExit(path: string): () => void {
  if (doomed === undefined) {
    doomed = new Set();
    process.once('exit', removeTemporary);
  }
  doomed.add(path);
  return () => void doomed?.delete(path);
}

/** Removes at once what the end of the process would remove, for those who are about to end it by a signal. */
export function removeTemporary(): void {
  // A file may still be written there by another thread.
  for (const path of doomed ?? []) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 });
  doomed?.clear();
}

// --- internal ---

let doomed: Set<string> | undefined;
