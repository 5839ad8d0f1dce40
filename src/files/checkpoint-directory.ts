import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import type { CheckpointStore } from '../train/index.ts';
import { checkDirectory } from './output.ts';

/** A folder with the checkpoint of one training. */
export interface CheckpointDirectory extends CheckpointStore {
  /** Removes the checkpoint, and the folder unless something else is in it. */
  remove(): Promise<void>;
}

/**
 * Opens a folder for checkpoints, which need not exist. A checkpoint is written beside the
 * one before and then takes its name, so that a kill at any moment leaves a whole one.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE` where it holds other files or cannot be written
 */
export async function openCheckpoint(directory: string): Promise<CheckpointDirectory> {
  await checkDirectory(directory, (names) => names.every((name) => name === FILE || name === PARTIAL), '--checkpoint');
  const path = join(directory, FILE);
  const partial = join(directory, PARTIAL);
  return {
    async read() {
      try {
        return new Uint8Array(await readFile(path));
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
        throw new CaracalError(
          'E_FILE_UNREADABLE',
          `${path}: cannot be read. Mend its permissions, or remove it and train from the beginning.`,
          { file: path },
          { cause },
        );
      }
    },
    async write(checkpoint) {
      try {
        await mkdir(directory, { recursive: true });
        const file = await open(partial, 'w');
        try {
          await file.writeFile(checkpoint);
          // Before it takes the other's name it is on the disk, for a loss of power ends processes too.
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(partial, path);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message.replace(/, \w+ '.*/, '') : String(cause);
        throw new CaracalError(
          'E_FILE_UNWRITABLE',
          `${directory}: the checkpoint cannot be written (${why}). Make room there or choose another --checkpoint.`,
          { file: directory },
          { cause },
        );
      }
    },
    async remove() {
      await Promise.all([rm(path, { force: true }), rm(partial, { force: true })]);
      await rmdir(directory).catch(() => {});
    },
  };
}

// --- internal ---

const FILE = 'checkpoint.safetensors';
const PARTIAL = 'checkpoint.partial';
