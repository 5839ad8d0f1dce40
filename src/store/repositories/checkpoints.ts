import { CaracalError } from '../../errors.ts';
import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Checkpoint } from '../types.ts';

/** The state of each pipeline: parser, sessions, detectors, open windows, as it encodes itself. */
export interface Checkpoints {
  read(pipeline: string): Promise<Checkpoint | null>;
  /**
   * Replaces the checkpoint and gives its version. Belongs into the transaction that
   * holds the positions and results up to it.
   *
   * @param previous version of the checkpoint that this one follows, 0 for none
   * @throws CaracalError E_STORE_CONFLICT where another process wrote one meanwhile
   */
  write(pipeline: string, bytes: Uint8Array, previous: number): Promise<number>;
}

export function createCheckpoints({ read, write, now }: Access): Checkpoints {
  return {
    async read(pipeline) {
      const row = await read
        .selectFrom('checkpoints')
        .select(['version', 'bytes', 'saved'])
        .where('pipeline', '=', pipeline)
        .executeTakeFirst();
      return row ?? null;
    },

    async write(pipeline, bytes, previous) {
      const row = { version: previous + 1, bytes, saved: toMillisecond(now()) };
      const written =
        previous === 0
          ? await write
              .insertInto('checkpoints')
              .values({ pipeline, ...row })
              .onConflict((conflict) => conflict.column('pipeline').doNothing())
              .returning('version')
              .executeTakeFirst()
          : await write
              .updateTable('checkpoints')
              .set(row)
              .where('pipeline', '=', pipeline)
              .where('version', '=', previous)
              .returning('version')
              .executeTakeFirst();
      if (written) return written.version;
      throw new CaracalError(
        'E_STORE_CONFLICT',
        `Another process runs the pipeline ${pipeline}. Stop one of them, or read the checkpoint and start from it.`,
        { pipeline, previous, retry: false },
      );
    },
  };
}
