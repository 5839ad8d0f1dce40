import { CaracalError } from '../errors.ts';
import { LINE_LIMIT } from '../read/index.ts';
import { systemClock } from './clock.ts';
import { createCounts } from './counts.ts';
import { type FilePlace, filePosition, readFilePosition } from './file-place.ts';
import { createFollower, type FollowBounds, type Found } from './follower.ts';
import { createLedger } from './ledger.ts';
import type { FeedItem, LiveSource } from './source.ts';

export interface FollowedFileOptions extends Partial<FollowBounds> {
  /** How often the file is looked at when it has nothing new, ms; 250 unless told. */
  readonly pollInterval?: number;
}

/**
 * Lines of a file that is being written, through rotation (renamed or copied and
 * truncated, numbered or dated, packed with gzip) and truncation: every line once, in
 * order, also those that were rotated away while nobody looked. A generation is known by
 * its inode and its first KiB. A last line without an end waits until it has one, or
 * until its generation is over.
 *
 * What a writer adds to a file between its copy and its truncation (`copytruncate`) is
 * gone before anybody can read it.
 */
export function followedFile(path: string, options: FollowedFileOptions = {}): LiveSource {
  const { pollInterval = 250 } = options;
  const bounds: FollowBounds = { lineLimit: LINE_LIMIT, rotateWait: 5000, from: 'start', ...options };
  return {
    kind: 'file',
    name: path,
    open: async (position, { clock = systemClock } = {}) => {
      const counts = createCounts();
      const start = readFilePosition(position);
      let follower = createFollower(path, start, bounds, clock, counts);
      /** After what was handed out last. */
      let place = start;
      let rewind = false;
      let stopped = false;
      let closed = false;
      let wake = (): void => {};
      let reading: Promise<FeedItem | null> | undefined;

      const ledger = createLedger<Handed>({
        settle: (handed) => {
          for (const { found } of handed) wait(found, -1);
        },
        fail: (handed) => {
          for (const { found } of handed) wait(found, -1);
          place = handed[0]?.before ?? null;
          rewind = true;
          wake();
        },
      });
      const wait = ({ what }: Found, sign: number): void => {
        if ('notice' in what) return;
        counts.waitingLines += sign * what.block.count;
        counts.waitingBytes += sign * what.block.bytes.length;
      };

      const hand = (found: Found): FeedItem => {
        const handed = { found, before: place };
        place = found.after;
        wait(found, 1);
        const settle = { position: filePosition(place), ...ledger.hand(handed) };
        if ('notice' in found.what) return { type: 'notice', notice: found.what.notice, ...settle };
        const { block, firstLine } = found.what;
        return { type: 'lines', generation: place?.generation ?? '', firstLine, ...block, ...settle };
      };

      const pause = (): Promise<void> =>
        new Promise((resolve) => {
          const cancel = clock.after(pollInterval, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });

      const read = async (): Promise<FeedItem | null> => {
        for (;;) {
          if (closed) return null;
          if (rewind) {
            rewind = false;
            await follower.close();
            follower = createFollower(path, place, bounds, clock, counts);
          }
          const found = follower.found.shift();
          if (found) return hand(found);
          if (stopped) return null;
          const more = await follower.step();
          if (!more && !rewind && !closed && !stopped && follower.found.length === 0) await pause();
        }
      };

      return {
        next: () => {
          if (reading) {
            throw new CaracalError('E_USAGE', 'A feed has one consumer: wait for next() before the next call of it.');
          }
          reading = read().finally(() => {
            reading = undefined;
          });
          return reading;
        },
        stop: async () => {
          stopped = true;
          wake();
        },
        close: async () => {
          closed = true;
          wake();
          await reading?.catch(() => null);
          await follower.close();
        },
        counts: () => ({ ...counts }),
      };
    },
  };
}

// --- internal ---

interface Handed {
  readonly found: Found;
  /** Where to go on when it fails. */
  readonly before: FilePlace | null;
}
