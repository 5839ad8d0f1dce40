import { sha256Hex } from '../util/hash.ts';
import type { FilePlace } from './file-place.ts';
import { createFramer, type Framer, type LineSink } from './framer.ts';
import { type GenerationReader, readGeneration } from './generation-reader.ts';
import { type OpenFile, readHead } from './rotated-files.ts';

/** A generation that is being read. */
export interface Reading {
  readonly file: OpenFile;
  /** `live`: the path holds it. `old`: rotation has moved it away, or it is a copy. */
  role: 'live' | 'old';
  readonly reader: GenerationReader;
  readonly framer: Framer;
  /** Empty until its first bytes are known. */
  generation: string;
  head: Buffer;
  headHash: string;
  line: number;
  modified: number;
  /** Size and time of change when it was last looked at. */
  checked: string;
  /** Since when an old generation has not grown. */
  quietSince: number | undefined;
}

/** Where a generation is gone on with. */
export type Beginning = Pick<FilePlace, 'generation' | 'offset' | 'line'>;

/** Begins to read `file`, which then belongs to the reading. */
export function beginReading(
  file: OpenFile,
  role: Reading['role'],
  from: Beginning | null,
  lineLimit: number,
  sink: LineSink,
): Reading {
  const offset = from?.offset ?? 0;
  return {
    file,
    role,
    reader: readGeneration(file, offset),
    framer: createFramer('newline', { lineLimit, frameLimit: 0 }, sink, offset),
    generation: from?.generation ?? '',
    head: file.head,
    headHash: sha256Hex(file.head),
    line: from?.line ?? 1,
    modified: file.modified,
    checked: '',
    quietSince: undefined,
  };
}

/** The place in a generation whose next line begins at `offset`. */
export function placeOf(now: Reading, offset: number, finished: readonly string[]): FilePlace {
  const { generation, file, head, headHash, line, modified } = now;
  return { generation, inode: file.inode, headBytes: head.length, headHash, offset, line, modified, finished };
}

/** Whether the open file still holds what was read of it. */
export async function isSame(now: Reading): Promise<boolean> {
  const { handle } = now.file;
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  if (Number(size) < now.reader.offset) return false;
  if (now.checked === `${size} ${mtimeNs}`) return true;
  // What was written to an empty file may already have been copied away.
  if (now.head.length === 0 && now.modified !== Number(mtimeNs) / 1e6) return false;
  const head = await readHead(handle);
  if (head.length < now.head.length || head.compare(now.head, 0, now.head.length, 0, now.head.length) !== 0) {
    return false;
  }
  if (head.length > now.head.length) {
    now.head = head;
    now.headHash = sha256Hex(head);
  }
  now.modified = Number(mtimeNs) / 1e6;
  now.checked = `${size} ${mtimeNs}`;
  return true;
}

/** Where the last line of a file ends, so that what is being written now comes as a whole. */
export async function lastLineEnd({ handle, size }: OpenFile): Promise<number> {
  const tail = Buffer.alloc(Math.min(size, LONGEST_TAIL));
  const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length);
  const newline = tail.subarray(0, bytesRead).lastIndexOf(0x0a);
  return newline < 0 ? size : size - tail.length + newline + 1;
}

// --- internal ---

const LONGEST_TAIL = 1024 * 1024;
