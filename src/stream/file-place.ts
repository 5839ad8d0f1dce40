import { z } from 'zod';
import { sha256Hex } from '../util/hash.ts';
import { readPosition, VERSION } from './position.ts';
import type { Position } from './source.ts';

/** Bytes of a file that identify it, from its beginning. */
export const HEAD_BYTES = 1024;

/** Where in which generation of a followed file the next line begins. */
export interface FilePlace {
  /** Public id of the generation. */
  readonly generation: string;
  /** Device and inode. */
  readonly inode: string;
  /** How many of its first bytes are known, at most 1,024, and their SHA-256. */
  readonly headBytes: number;
  readonly headHash: string;
  readonly offset: number;
  readonly line: number;
  /** When the generation was last changed, as far as was seen, epoch ms. */
  readonly modified: number;
  /** The first bytes of generations that were read to their end before, as `count:hash`, the latest last. */
  readonly finished: readonly string[];
}

export function filePosition(place: FilePlace | null): Position {
  return { version: VERSION, kind: 'file', place: place === null ? null : { ...place } };
}

/** @throws CaracalError `E_FORMAT_INVALID` */
export function readFilePosition(position: Position | null): FilePlace | null {
  return position === null ? null : readPosition('file', shape, position).place;
}

/** Whether a file that begins with `head` begins as the generation of `place` did. */
export function beginsAs(place: FilePlace, head: Uint8Array): boolean {
  if (place.headBytes === 0 || head.length < place.headBytes) return false;
  return sha256Hex(head.subarray(0, place.headBytes)) === place.headHash;
}

/** The generations that are over, with the one of `place`. */
export function withFinished({ finished, headBytes, headHash }: FilePlace): readonly string[] {
  if (headBytes === 0) return finished;
  return [...finished, `${headBytes}:${headHash.slice(0, 16)}`].slice(-MOST_FINISHED);
}

/** Whether a file that begins with `head` is one of the generations that are over. */
export function isFinished(finished: readonly string[], head: Uint8Array): boolean {
  return finished.some((entry) => {
    const [bytes, hash] = entry.split(':');
    const count = Number(bytes);
    // A few bytes could begin any file, and are known only by themselves.
    if (count < TELLING_BYTES && head.length !== count) return false;
    return head.length >= count && sha256Hex(head.subarray(0, count)).startsWith(hash ?? '-');
  });
}

// --- internal ---

const TELLING_BYTES = 32;
const MOST_FINISHED = 32;

const shape = z.object({
  place: z
    .object({
      generation: z.string(),
      inode: z.string(),
      headBytes: z.int().min(0).max(HEAD_BYTES),
      headHash: z.string(),
      offset: z.number().min(0),
      line: z.int().min(1),
      modified: z.number(),
      finished: z.array(z.string()),
    })
    .nullable(),
});
