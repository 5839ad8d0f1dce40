import { open } from 'node:fs/promises';
import type { NotifyTarget } from '../config/index.ts';
import { failure, reasonOf } from './failure.ts';
import type { Notifier } from './notifier.ts';

type Target = Extract<NotifyTarget, { kind: 'file' }>;

/**
 * Appends each message to a file as a line of JSON that is on the disk before it counts as
 * delivered. The file is opened for each, so that one that was rotated away, or emptied,
 * is simply another file. It is made with mode 0600, its folder has to be there.
 */
export function fileNotifier({ name, path }: Target): Notifier {
  return {
    name,
    async deliver(message) {
      try {
        const file = await open(path, 'a+', 0o600);
        try {
          const { size } = await file.stat();
          const last = size === 0 ? LINE_END : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0];
          // A line that was cut off by a full disk or a crash does not take this one with it.
          await file.appendFile(`${last === LINE_END ? '' : '\n'}${JSON.stringify(message)}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
      } catch (cause) {
        throw failure(`${name}: ${path} could not be written: ${reasonOf(cause)}. Look at the path and its disk.`, {
          retry: true,
          cause,
        });
      }
    },
    close: async () => {},
  };
}

// --- internal ---

const LINE_END = 10;
