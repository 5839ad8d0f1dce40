import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { decompress } from './decompress.ts';
import { splitEntry, zipChunks } from './zip.ts';

/** Name of standard input among the paths. */
export const STDIN = '-';

/** Decompressed bytes of a file, of a file in a zip (`logs.zip!/auth.log`), or of standard input for `-`. */
export function openBytes(path: string): AsyncGenerator<Uint8Array> {
  return decompress(path === STDIN ? process.stdin : fileChunks(path), path);
}

/** Makes a system error about a file one that says what to do. */
export function fileError(path: string, cause: unknown): CaracalError {
  if (cause instanceof CaracalError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CaracalError(
      'E_FILE_MISSING',
      `${path} does not exist. Check the path, or quote it where it is a pattern.`,
      { file: path },
      { cause },
    );
  }
  const reason = code || (cause instanceof Error ? cause.message : String(cause));
  return new CaracalError(
    'E_FILE_UNREADABLE',
    `${path} cannot be read (${reason}). Check that it is a file and that you may read it.`,
    { file: path },
    { cause },
  );
}

/** Size and modification time of a file; throws a `CaracalError` where there is none. */
export async function fileStatus(path: string): Promise<{ size: number; modified: number; directory: boolean }> {
  try {
    const status = await stat(path);
    return { size: status.size, modified: status.mtimeMs, directory: status.isDirectory() };
  } catch (error) {
    throw fileError(path, error);
  }
}

// --- internal ---

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const inZip = splitEntry(path);
  if (inZip) {
    yield* zipChunks(inZip.archive, inZip.name);
    return;
  }
  const stream = createReadStream(path, { highWaterMark: 512 * 1024 });
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw fileError(path, error);
  }
}
