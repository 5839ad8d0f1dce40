import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CaracalError } from '../errors.ts';
import { temporaryFolder } from './temporary.ts';

const STDIN = '-';

/** Paths that can be read more than once: standard input is a file for a while. */
export interface Rereadable {
  readonly paths: readonly string[];
  /** The name a user knows a path by. */
  nameOf(path: string): string;
  /** The same error in the words of the user. */
  translate(error: unknown): unknown;
  /** Removes the copy of standard input, if there is one. */
  dispose(): Promise<void>;
}

/** Copies standard input, where `-` names it, to a file of its own in the folder for temporary files. */
export async function rereadable(paths: readonly string[]): Promise<Rereadable> {
  if (!paths.includes(STDIN)) {
    return { paths, nameOf: (path) => path, translate: (error) => error, dispose: async () => {} };
  }
  const folder = await temporaryFolder('stdin');
  const copy = join(folder.path, 'stdin');
  try {
    await pipeline(process.stdin, createWriteStream(copy, { mode: 0o600 }));
  } catch (cause) {
    await folder.remove();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError(
      'E_FILE_UNREADABLE',
      `standard input could not be put aside in ${tmpdir()} (${why}). Make room there, or name a file instead of -.`,
      {},
      { cause },
    );
  }
  return {
    paths: paths.map((path) => (path === STDIN ? copy : path)),
    nameOf: (path) => (path === copy ? STDIN : path),
    translate: (error) =>
      error instanceof CaracalError
        ? new CaracalError(error.code, error.message.replaceAll(copy, 'standard input'), error.data, { cause: error })
        : error,
    dispose: folder.remove,
  };
}
