import { Decompress } from 'fzstd';
import { CaracalError } from '../errors.ts';
import { ArchiveTrouble } from './archive-trouble.ts';

/** A window larger than this is refused: it has to be held in memory. `zstd --long=27` needs as much. */
const LARGEST_WINDOW = 128 * 1024 * 1024;

/**
 * Unpacks zstd, frame by frame and block by block, so that no input makes more than
 * 128 KiB at a time. Source: RFC 8878.
 *
 * @throws CaracalError `E_ARCHIVE` for a window beyond 128 MiB or a dictionary
 * @throws ArchiveTrouble after the last readable byte
 */
export async function* unzstd(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = createReader(packed);
  for (;;) {
    const magic = await input.take(4);
    if (magic.length === 0) return;
    const number = valueOf32(magic, 0);
    if (number >>> 4 === SKIPPABLE) {
      await input.skip(valueOf32(await input.exactly(4), 0));
    } else if (number === MAGIC) {
      yield* frame(input, magic);
    } else {
      throw new ArchiveTrouble(magic.length < 4 ? 'truncated-archive' : 'damaged-archive');
    }
  }
}

// --- internal ---

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;

async function* frame(input: Reader, magic: Uint8Array): AsyncGenerator<Uint8Array> {
  const descriptor = await input.exactly(1);
  const flags = descriptor[0] ?? 0;
  const single = (flags >> 5) & 1;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const size = flags >> 6 === 0 ? single : 1 << (flags >> 6);
  const header = await input.exactly(1 - single + dictionary + size);
  const window = single === 1 ? sizeAt(header, dictionary, size) : windowOf(header[0] ?? 0);
  const dictionaryUsed = header.subarray(1 - single, 1 - single + dictionary).some((byte) => byte !== 0);
  if (window > LARGEST_WINDOW || dictionaryUsed) {
    const why = dictionaryUsed ? 'needs a dictionary' : 'needs a window of more than 128 MiB';
    throw new CaracalError('E_ARCHIVE', `The zstd archive ${why}, which is refused. Unpack it, or pack it with gzip.`);
  }
  const queue: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => queue.push(chunk));
  let next = joined(magic, descriptor, header);
  for (let last = false; !last; next = EMPTY) {
    const block = await input.exactly(3);
    const word = (block[0] ?? 0) | ((block[1] ?? 0) << 8) | ((block[2] ?? 0) << 16);
    last = (word & 1) === 1;
    const body = await input.exactly(((word >> 1) & 3) === RUN ? 1 : word >> 3);
    const checksum = last && (flags & 4) !== 0 ? await input.exactly(4) : EMPTY;
    try {
      decoder.push(joined(next, block, body, checksum), last);
    } catch (cause) {
      throw new ArchiveTrouble('damaged-archive', { cause });
    }
    yield* queue.splice(0);
  }
}

const EMPTY = new Uint8Array(0);
const RUN = 1;

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** The content size of a frame that is its own window. */
function sizeAt(header: Uint8Array, at: number, bytes: number): number {
  let value = bytes === 2 ? 256 : 0;
  for (let i = 0; i < bytes; i++) value += (header[at + i] ?? 0) * 2 ** (8 * i);
  return value;
}

function valueOf32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface Reader {
  /** The next bytes, fewer at the end. */
  take(count: number): Promise<Uint8Array>;
  /** The next bytes; throws where there are fewer. */
  exactly(count: number): Promise<Uint8Array>;
  skip(count: number): Promise<void>;
}

function createReader(chunks: AsyncIterable<Uint8Array>): Reader {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Uint8Array = EMPTY;
  const more = async (): Promise<boolean> => {
    const { value, done } = await iterator.next();
    if (done) return false;
    held = held.length === 0 ? value : joined(held, value);
    return true;
  };
  const take = async (count: number): Promise<Uint8Array> => {
    while (held.length < count && (await more()));
    const taken = held.subarray(0, count);
    held = held.subarray(taken.length);
    return taken;
  };
  return {
    take,
    exactly: async (count) => {
      const taken = await take(count);
      if (taken.length < count) throw new ArchiveTrouble('truncated-archive');
      return taken;
    },
    skip: async (count) => {
      let left = count;
      while (left > 0) {
        const taken = await take(Math.min(left, 65_536));
        if (taken.length === 0) throw new ArchiveTrouble('truncated-archive');
        left -= taken.length;
      }
    },
  };
}
