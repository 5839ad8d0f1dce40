import { createGunzip } from 'node:zlib';
import type { OpenFile } from './rotated-files.ts';

/** Reads the content of one generation of a file. */
export interface GenerationReader {
  /** The next bytes, at most 64 KiB, in memory of their own; `null` when there are none now. */
  read(): Promise<Buffer | null>;
  /** Where it reads next. */
  readonly offset: number;
  close(): Promise<void>;
}

/** A packed generation that ends early or is damaged. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}

/** Reads `file`, which then belongs to the reader, from byte `offset` of its content on. */
export function readGeneration(file: OpenFile, offset: number): GenerationReader {
  return file.packed ? packedReader(file, offset) : plainReader(file, offset);
}

// --- internal ---

const CHUNK = 65_536;
const MOST_WAITING = 8;

function plainReader({ handle }: OpenFile, from: number): GenerationReader {
  let offset = from;
  return {
    read: async () => {
      const chunk = Buffer.allocUnsafeSlow(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, offset);
      offset += bytesRead;
      return bytesRead === 0 ? null : chunk.subarray(0, bytesRead);
    },
    get offset() {
      return offset;
    },
    close: () => handle.close(),
  };
}

/** What can be unpacked before damage counts: a stream that fails would forget what was not fetched, so chunks are queued. */
function packedReader({ handle }: OpenFile, from: number): GenerationReader {
  const packed = handle.createReadStream({ start: 0, autoClose: false });
  const unpacked = createGunzip({ chunkSize: CHUNK });
  const queue: Buffer[] = [];
  let failure: Error | undefined;
  let ended = false;
  let wake = (): void => {};
  const finish = (error?: Error): void => {
    failure ??= error;
    ended = true;
    wake();
  };
  unpacked.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    if (queue.length >= MOST_WAITING) unpacked.pause();
    wake();
  });
  unpacked.on('end', () => finish());
  unpacked.on('close', () => finish());
  unpacked.on('error', finish);
  packed.on('error', finish);
  packed.pipe(unpacked);
  let at = 0;
  return {
    read: async () => {
      for (;;) {
        const chunk = queue.shift();
        if (chunk) {
          if (queue.length === 0) unpacked.resume();
          at += chunk.length;
          if (at > from) return chunk.subarray(Math.max(0, chunk.length - (at - from)));
        } else if (failure) {
          throw new DamagedArchive('a packed generation cannot be read to its end', { cause: failure });
        } else if (ended) {
          return null;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
    get offset() {
      return Math.max(at, from);
    },
    close: async () => {
      packed.destroy();
      unpacked.destroy();
      await handle.close();
    },
  };
}
