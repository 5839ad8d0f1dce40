import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { removeAtExit } from '../pipeline/temporary.ts';

/**
 * Writes a whole file or nothing: beside it, then renamed.
 *
 * @param path as given with `--out`
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writeOutputFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomUUID().slice(0, 8)}.partial`;
  const keep = removeAtExit(fresh);
  try {
    await writeFile(fresh, text);
    renameSync(fresh, path);
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    // The system names our own temporary path too, which says nothing to the user.
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/, \w+ '.*/, '');
    throw new CaracalError(
      'E_FILE_UNWRITABLE',
      `${path}: cannot be written (${why}). Choose another --out or mend its permissions.`,
      { file: path },
      { cause },
    );
  } finally {
    keep();
  }
}
