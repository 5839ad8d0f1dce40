import { CaracalError } from '../errors.ts';
import { ArchiveTrouble } from './archive-trouble.ts';
import { fileError, openBytes } from './byte-stream.ts';

/** Larger tables than this (decompressed bytes) are refused rather than read into memory. */
const WHOLE_FILE_LIMIT = 1024 * 1024 * 1024;

/**
 * All bytes of a file (or of stdin for `-`), unpacked: for tables, not for logs.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`, `E_ARCHIVE` for a damaged
 * archive, `E_LIMIT` beyond 1 GiB
 */
export async function readWhole(path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of openBytes(path)) {
      chunks.push(chunk.slice());
      length += chunk.length;
      if (length > WHOLE_FILE_LIMIT) {
        throw new CaracalError('E_LIMIT', `${path} unpacks to more than 1 GiB. Split it into several files.`, {
          file: path,
        });
      }
    }
  } catch (error) {
    if (error instanceof ArchiveTrouble) {
      throw new CaracalError(
        'E_ARCHIVE',
        `${path}: ${error.message}. Fetch or pack the file again.`,
        { file: path },
        { cause: error },
      );
    }
    throw fileError(path, error);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
