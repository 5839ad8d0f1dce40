import type { Readable } from 'node:stream';
import { LINE_LIMIT } from '../read/index.ts';
import { systemClock } from './clock.ts';
import { createFramer } from './framer.ts';
import { createIntake, type QueueBounds, queueDefaults } from './intake.ts';
import type { LiveSource } from './source.ts';

export interface StandardInputOptions extends Partial<QueueBounds> {
  /** Bytes that are kept of a line, 1 MiB unless told. */
  readonly lineLimit?: number;
  /** Read in place of standard input. */
  readonly stream?: Readable;
}

/**
 * Lines of standard input. It ends with its input. When the queue is full it is not read,
 * so that the program before it waits. What was read and not committed when the process
 * died is gone, and reported as a gap.
 */
export function standardInput(options: StandardInputOptions = {}): LiveSource {
  const { lineLimit = LINE_LIMIT, stream = process.stdin } = options;
  return {
    kind: 'stdin',
    name: '-',
    open: async (position, { clock = systemClock } = {}) => {
      const bounds = { ...queueDefaults, ...options };
      const intake = createIntake({ kind: 'stdin', name: '-', position, clock, bounds });
      const framer = createFramer('newline', { lineLimit, frameLimit: lineLimit }, intake.sink);
      let forget = (): void => {};
      let open = true;

      const onData = (chunk: Buffer): void => {
        for (let at = 0; at < chunk.length; at += MOST_BYTES) {
          const piece = chunk.subarray(at, at + MOST_BYTES);
          intake.take('', piece.length, () => framer.push(piece));
        }
        if (!intake.full || stream.isPaused()) return;
        stream.pause();
        forget = intake.whenRoom(() => stream.resume());
      };
      const release = (): void => {
        if (!open) return;
        open = false;
        forget();
        stream.off('data', onData);
        stream.pause();
        intake.take('', 1, () => framer.end());
      };
      const finish = (): void => {
        release();
        intake.end();
      };
      stream.on('data', onData);
      stream.once('end', finish);
      stream.once('error', () => {
        intake.counts.connectionsFailed++;
        finish();
      });
      stream.once('close', finish);
      stream.resume();
      return {
        next: intake.next,
        stop: async () => finish(),
        close: async () => {
          intake.close();
          release();
        },
        counts: () => ({ ...intake.counts }),
      };
    },
  };
}

// --- internal ---

/** Bytes that are cut into lines at once. */
const MOST_BYTES = 65_536;
