import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CaracalError } from '../errors.ts';
import { ArchiveTrouble, isBomb } from './archive-trouble.ts';

/** A way of packing a log, recognised by its first bytes, never by its name. */
export interface Compression {
  readonly name: string;
  readonly magic: readonly number[];
  /** Absent where it cannot be unpacked as a stream; a zip is read by `zip.ts`, file by file. */
  readonly open?: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** Every compression that is recognised; a new one is one more entry. */
export const compressions: readonly Compression[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], open: gunzip },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], open: unzstdLater },
  { name: 'zip', magic: [0x50, 0x4b, 0x03, 0x04] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
];

/** The compression whose first bytes these are, if any. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return compressions.find(({ magic }) => magic.every((byte, i) => head[i] === byte));
}

/**
 * Unpacks a stream by its magic bytes; anything else passes as it is.
 *
 * @throws CaracalError `E_ARCHIVE` for a compression this version cannot unpack
 * @throws ArchiveTrouble after the last readable byte
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const { head, rest } = await peek(chunks, 6);
  try {
    const compression = compressionOf(head);
    if (!compression) {
      yield* rest;
    } else if (compression.open) {
      yield* boundedRatio(rest, compression.open);
    } else {
      throw new CaracalError(
        'E_ARCHIVE',
        `${file} is packed with ${compression.name}, which cannot be read as a stream. Unpack it, or pack it with gzip.`,
        { file, compression: compression.name },
      );
    }
  } finally {
    await rest.return(undefined);
  }
}

/** The first `size` bytes of a stream (fewer where it is shorter), and the whole stream again. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ head: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  let failure: unknown;
  let ended = false;
  while (length < size && !ended) {
    try {
      const { value, done } = await iterator.next();
      if (done) ended = true;
      else {
        // The next chunk may use the same memory.
        seen.push(value.slice());
        length += value.length;
      }
    } catch (error) {
      if (seen.length === 0) throw error;
      // What came before the damage counts; the rest of the stream throws in its place.
      failure = error;
      ended = true;
    }
  }
  const again = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield new Uint8Array(0);
      yield* seen;
      if (failure !== undefined) throw failure;
      while (!ended) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  const head = Buffer.concat(seen);
  // What reads lines is fastest while it only ever sees one class of bytes.
  const rest = again();
  // Begun, so that it closes the stream also where nobody reads on.
  await rest.next();
  return { head: new Uint8Array(head.buffer, head.byteOffset, head.length), rest };
}

// --- internal ---

const WAITING_CHUNKS = 8;
async function* boundedRatio(
  packed: AsyncIterable<Uint8Array>,
  open: (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let taken = 0;
  let given = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      taken += chunk.length;
      yield chunk;
    }
  };
  for await (const chunk of open(counted())) {
    given += chunk.length;
    if (isBomb(taken, given)) throw new ArchiveTrouble('archive-bomb');
    yield chunk;
  }
}

/**
 * zlib hands out all it can before it reports damage, but a stream that is destroyed
 * forgets what was not yet fetched: so chunks are queued as they come.
 */
async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  const input = Readable.from(packed, { objectMode: true });
  const queue: Uint8Array[] = [];
  let ended = false;
  let failure: NodeJS.ErrnoException | undefined;
  let wake = (): void => {};
  const fail = (error: NodeJS.ErrnoException): void => {
    failure ??= error;
    ended = true;
    wake();
  };
  unpacked.on('data', (chunk: Uint8Array) => {
    queue.push(chunk);
    if (queue.length >= WAITING_CHUNKS) unpacked.pause();
    wake();
  });
  unpacked.on('end', () => {
    ended = true;
    wake();
  });
  unpacked.on('error', fail);
  input.on('error', fail);
  input.pipe(unpacked);
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk) {
        if (queue.length === 0) unpacked.resume();
        yield chunk;
      } else if (failure) {
        if (failure instanceof CaracalError) throw failure;
        throw new ArchiveTrouble(failure.code === 'Z_BUF_ERROR' ? 'truncated-archive' : 'damaged-archive', {
          cause: failure,
        });
      } else if (ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}

/** Its library is only loaded where it is needed: whoever starts a thread waits for all that it loads. */
async function* unzstdLater(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { unzstd } = await import('./zstd.ts');
  yield* unzstd(packed);
}
