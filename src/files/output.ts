import { randomUUID } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CaracalError } from '../errors.ts';
import { removeAtExit } from '../pipeline/temporary.ts';

/** Content of a directory: relative path to bytes, text, or chunks of one of them. */
export type Content = ReadonlyMap<
  string,
  Uint8Array | string | Iterable<string> | AsyncIterable<string> | AsyncIterable<Uint8Array>
>;

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
  const mark = `${target}.${randomUUID().slice(0, 8)}`;
  const fresh = `${mark}.partial`;
  const keep = removeAtExit(fresh);
  try {
    for (const [path, bytes] of content) {
      await makeFolder(dirname(join(fresh, path)));
      await writeFile(join(fresh, path), bytes);
    }
    await putInPlace(fresh, target, `${mark}.old`);
  } catch (cause) {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
    throw cause instanceof CaracalError ? cause : unwritable(directory, cause);
  } finally {
    keep();
  }
}

/**
 * Makes sure, before long work, that `writeDirectory` will be allowed to write there.
 *
 * @param flag that named the directory
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function checkDirectory(
  directory: string,
  mayReplace: (names: readonly string[]) => boolean,
  flag = '--out',
): Promise<void> {
  if (directory === '') throw new CaracalError('E_USAGE', `${flag} is empty: name a directory.`);
  const target = resolve(directory);
  const names = existsSync(target) ? await list(target, flag) : [];
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
    // Permissions do not tell all: some file systems let nobody make a folder.
    await rmdir(await mkdtemp(join(parent, '.caracal-')));
  } catch (cause) {
    throw unwritable(directory, cause, flag);
  }
}

// --- internal ---

/** Renames `fresh` to `target`, in one go: no signal comes between, and what was there is `old` until it is gone. */
async function putInPlace(fresh: string, target: string, old: string): Promise<void> {
  if (!existsSync(target)) {
    renameSync(fresh, target);
    return;
  }
  renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  const keep = removeAtExit(old);
  await rm(old, { recursive: true, force: true });
  keep();
}

/** Like `mkdir` with `recursive`, which never ends where a folder says it does not exist right after it was made. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path);
}

async function list(target: string, flag: string): Promise<string[]> {
  try {
    return await readdir(target);
  } catch (cause) {
    throw unwritable(target, cause, flag);
  }
}

function unwritable(path: string, cause: unknown, flag = '--out'): CaracalError {
  // The system names our own temporary path too, which says nothing to the user.
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/, \w+ '.*/, '');
  return new CaracalError(
    'E_FILE_UNWRITABLE',
    `${path}: cannot be written (${why}). Choose another ${flag} or mend its permissions.`,
    { file: path },
    { cause },
  );
}
