import { type FileHandle, open, stat } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { compressionOf, decompress } from './decompress.ts';
import { splitEntry } from './zip-path.ts';

/** Name of standard input among the paths. */
export const STDIN = '-';

/**
 * Decompressed bytes of a file, of a file in a zip (`logs.zip!/auth.log`), or of standard input for `-`.
 * A chunk holds until the next one is asked for.
 */
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
  if (code === 'ESPIPE') {
    return new CaracalError(
      'E_FILE_UNREADABLE',
      `${path} is a pipe, which can be read only once. Give it as standard input: - instead of its name, and < ${path}.`,
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
    const { zipChunks } = await import('./zip.ts');
    yield* zipChunks(inZip.archive, inZip.name);
    return;
  }
  try {
    const file = await open(path);
    try {
      yield* readAhead(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof ArchiveTrouble ? error : fileError(path, error);
  }
}

/** What a file holds; while one chunk is used the next one is read, but from a pipe, which might never give one. */
async function* readAhead(file: FileHandle): AsyncGenerator<Uint8Array> {
  const status = await file.stat();
  const ahead = status.isFile();
  let read = 0;
  let chunk = Buffer.allocUnsafeSlow(CHUNK);
  let spare = Buffer.allocUnsafeSlow(CHUNK);
  let { bytesRead } = await file.read(chunk, 0, FIRST_CHUNK);
  // What unpacks holds chunks for longer.
  const lasting = bytesRead < LONGEST_MAGIC || compressionOf(chunk) !== undefined;
  while (bytesRead > 0) {
    read += bytesRead;
    const next = ahead ? file.read(spare, 0, CHUNK) : undefined;
    try {
      yield new Uint8Array(chunk.buffer, 0, bytesRead);
    } finally {
      await next;
    }
    ({ bytesRead } = await (next ?? file.read(spare, 0, CHUNK)));
    [chunk, spare] = [spare, lasting ? Buffer.allocUnsafeSlow(CHUNK) : chunk];
  }
  // A packed stream that ends early says so itself.
  if (ahead && !lasting && read < status.size) throw new ArchiveTrouble('file-cut');
}

/** Asking for one takes as long as reading a tenth of it. */
const CHUNK = 2 * 1024 * 1024;
/** Formats are recognised by these. */
const FIRST_CHUNK = 512 * 1024;
const LONGEST_MAGIC = 6;
