import type { SqliteClient } from './sqlite-client.ts';

/** Pause between two looks at the write-ahead log, ms, and passes at most of one look. */
const CLEANING = 1000;
const PASSES = 5;

/**
 * Takes the pages of the write-ahead log over into the file while others go on writing:
 * a commit that had to do that would wait for the disk. Another pass has few pages left,
 * and once there are none the log begins anew.
 *
 * @returns what ends it
 */
export function takeOverLog(cleaner: SqliteClient, pause = CLEANING): () => void {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    // Who opened a file before it had a log sees the log only when it reads.
    await cleaner.run('pragma schema_version', []);
    for (let pass = 0; pass < PASSES && !ended; pass++) {
      const { rows } = await cleaner.run('pragma wal_checkpoint(passive)', []);
      const [{ log = 0, checkpointed = 0 } = {}] = rows as { readonly log?: number; readonly checkpointed?: number }[];
      if (checkpointed >= log) break;
    }
  };
  const later = (): void => {
    if (ended) return;
    timer = setTimeout(() => {
      // A file that is gone or full is told by whoever writes.
      look()
        .catch(() => {})
        .then(later);
    }, pause);
    timer.unref();
  };
  later();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
