import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CaracalError } from '../errors.ts';

/** Content of a directory: relative path to bytes, text, or chunks of text. */
export type Content = ReadonlyMap<string, Uint8Array | string | Iterable<string> | AsyncIterable<string>>;

/**
 * Writes a whole directory or nothing: into a folder beside it that is renamed at the
 * end. An existing directory is replaced only if `mayReplace` says so of its file names.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writeDirectory(
  directory: string,
  content: Content,
  mayReplace: (names: readonly string[]) => boolean,
): Promise<void> {
  const target = resolve(directory);
  const names = existsSync(target) ? await list(target) : [];
  if (names.length > 0 && !mayReplace(names)) {
    throw new CaracalError(
      'E_FILE_UNWRITABLE',
      `${directory}: holds other files already, which would be lost. Name a new or empty directory.`,
      { file: directory },
    );
  }
  const fresh = `${target}.${randomUUID().slice(0, 8)}.partial`;
  try {
    for (const [path, bytes] of content) {
      await mkdir(dirname(join(fresh, path)), { recursive: true });
      await writeFile(join(fresh, path), bytes);
    }
    await rm(target, { recursive: true, force: true });
    await rename(fresh, target);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    throw unwritable(directory, cause);
  }
}

// --- internal ---

async function list(target: string): Promise<string[]> {
  try {
    return await readdir(target);
  } catch (cause) {
    throw unwritable(target, cause);
  }
}

function unwritable(path: string, cause: unknown): CaracalError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CaracalError(
    'E_FILE_UNWRITABLE',
    `${path}: cannot be written (${why}). Choose another --out or mend its permissions.`,
    { file: path },
    { cause },
  );
}
