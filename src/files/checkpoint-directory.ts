import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import type { CheckpointStore } from '../train/index.ts';
import { checkDirectory } from './output.ts';

/** A folder with the checkpoint of one training, or with those of its parts. */
export interface CheckpointDirectory extends CheckpointStore {
  /** Whether it holds none. */
  isEmpty(): Promise<boolean>;
  /** Removes the checkpoints, and the folder unless something else is in it. */
  remove(): Promise<void>;
}

/**
 * Opens a folder for checkpoints, which need not exist. A checkpoint is written beside the
 * one before and then takes its name, so that a kill at any moment leaves a whole one.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE` where it holds other files or cannot be written
 */
export async function openCheckpoint(directory: string): Promise<CheckpointDirectory> {
  await checkDirectory(directory, (names) => names.every((name) => NAME.test(name)), '--checkpoint');
  const names = async (): Promise<string[]> => {
    const found = await readdir(directory).catch(() => []);
    return found.filter((name) => NAME.test(name));
  };
  return {
    ...storeIn(directory, 'checkpoint'),
    isEmpty: async () => !(await names()).some((name) => name.endsWith(KEPT)),
    async remove() {
      await Promise.all((await names()).map((name) => rm(join(directory, name), { force: true })));
      await rmdir(directory).catch(() => {});
    },
  };
}

// --- internal ---

const KEPT = '.safetensors';
/** Of a checkpoint, and of one that is being written. */
const NAME = /^checkpoint(-\d+)?\.(safetensors|partial)$/;

function storeIn(directory: string, name: string): CheckpointStore {
  const path = join(directory, `${name}${KEPT}`);
  const partial = join(directory, `${name}.partial`);
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
    part: (number) => storeIn(directory, `${name}-${number}`),
  };
}
