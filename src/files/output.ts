import { randomUUID } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
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
  await checkDirectory(directory, mayReplace);
  const target = resolve(directory);
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

/**
 * Makes sure, before long work, that `writeDirectory` will be allowed to write there.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function checkDirectory(
  directory: string,
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
  let parent = dirname(target);
  while (!existsSync(parent)) parent = dirname(parent);
  try {
    if (!(await stat(parent)).isDirectory()) throw new Error(`${parent} is a file`);
    await access(parent, constants.W_OK | constants.X_OK);
  } catch (cause) {
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
  // The system names our own temporary path too, which says nothing to the user.
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/, \w+ '.*/, '');
  return new CaracalError(
    'E_FILE_UNWRITABLE',
    `${path}: cannot be written (${why}). Choose another --out or mend its permissions.`,
    { file: path },
    { cause },
  );
}
