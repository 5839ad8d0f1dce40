import { open } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { fileError, openBytes, STDIN } from './byte-stream.ts';
import { compressionOf } from './decompress.ts';
import { splitEntry } from './zip-path.ts';

/** Bytes of the decompressed stream. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * Texts of ranges of a file, in the order asked for, at most `limit` bytes of each. A
 * plain file is read only where it is asked for; a packed one is streamed once up to
 * the last range, so ask for many ranges at once.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`; `E_USAGE` for stdin,
 * which cannot be read twice; `E_FORMAT_INVALID` where the file has become shorter
 */
export async function readRanges(path: string, ranges: readonly ByteRange[], limit = 64 * 1024): Promise<string[]> {
  if (ranges.length === 0) return [];
  if (path === STDIN) {
    throw new CaracalError('E_USAGE', 'Standard input cannot be read twice. Save it to a file and name that file.');
  }
  const texts = new Array<string>(ranges.length).fill('');
  const wanted = ranges
    .map(({ offset, length }, index) => ({ index, offset, length: Math.min(length, limit) }))
    .sort((a, b) => a.offset - b.offset);
  if (await isPacked(path)) await streamed(path, wanted, texts);
  else await picked(path, wanted, texts);
  return texts;
}

// --- internal ---

interface Wanted {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

async function isPacked(path: string): Promise<boolean> {
  if (splitEntry(path)) return true;
  return withFile(path, async (file) => {
    const head = new Uint8Array(6);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return compressionOf(head.subarray(0, bytesRead)) !== undefined;
  });
}

async function picked(path: string, wanted: readonly Wanted[], texts: string[]): Promise<void> {
  await withFile(path, async (file) => {
    for (const { index, offset, length } of wanted) {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      if (bytesRead < length) throw tooShort(path, offset + length);
      texts[index] = decodeUtf8(bytes);
    }
  });
}

async function streamed(path: string, wanted: readonly Wanted[], texts: string[]): Promise<void> {
  /** The end of what was streamed, long enough for every range that is not complete yet. */
  let held = new Uint8Array(0);
  let base = 0;
  let next = 0;
  const chunks = openBytes(path);
  try {
    for await (const chunk of chunks) {
      held = joined(held, chunk);
      const end = base + held.length;
      for (let range = wanted[next]; range && range.offset + range.length <= end; range = wanted[++next]) {
        texts[range.index] = decodeUtf8(held, range.offset - base, range.offset - base + range.length);
      }
      const following = wanted[next];
      if (!following) return;
      const keep = Math.min(held.length, Math.max(0, end - following.offset));
      base = end - keep;
      held = held.slice(held.length - keep);
    }
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await chunks.return(undefined);
  }
  const missing = wanted[next];
  if (missing) throw tooShort(path, missing.offset + missing.length);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function withFile<T>(path: string, use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

function tooShort(file: string, needed: number): CaracalError {
  return new CaracalError(
    'E_FORMAT_INVALID',
    `${file} has become shorter than ${needed} bytes since it was read. Run again on the file as it is now.`,
    { file },
  );
}
