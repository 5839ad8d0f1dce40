import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, constants as zlib } from 'node:zlib';
import { HEAD_BYTES } from './file-place.ts';

/** A file that is open, and what it was when it was opened. */
export interface OpenFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly inode: string;
  readonly size: number;
  readonly modified: number;
  readonly packed: boolean;
  /** The first bytes of its content, at most 1,024. */
  readonly head: Buffer;
}

/** A path and the files that rotation made of what it held before. */
export interface RotatedSet {
  /** What the path holds now. */
  readonly live: OpenFile | undefined;
  /** The latest first. */
  readonly old: readonly OpenFile[];
}

/**
 * Opens a file and its older generations: `NAME.1`, `NAME-20170401`, `NAME.2017-04-01`
 * and the like, each also as `.gz`. What is open stays open whatever rotation does next.
 */
export async function openRotatedSet(path: string): Promise<RotatedSet> {
  for (let attempt = 0; ; attempt++) {
    const before = await inodesOf(path);
    const opened = await openAll([...before.keys()], path);
    // A rotation in between would hide a generation, or show it twice.
    const same =
      opened.every((file) => before.get(file.path) === file.inode) && sameEntries(before, await inodesOf(path));
    if (!same && attempt < MOST_ATTEMPTS) {
      await closeFiles(opened);
      continue;
    }
    const live = opened.find((file) => file.path === path);
    return { live, old: opened.filter((file) => file.path !== path) };
  }
}

export async function closeFiles(files: readonly OpenFile[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close()));
}

/** The first bytes of a file. */
export async function readHead(handle: FileHandle): Promise<Buffer> {
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
  return head.subarray(0, bytesRead);
}

/** Device and inode of a file. */
export function inodeOf(status: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${status.dev}:${status.ino}`;
}

// --- internal ---

const MOST_ATTEMPTS = 5;
const PACKED_HEAD = 16 * 1024;

/** Names of the older generations of a path, the latest first; where one is there packed and unpacked, as it was. */
async function oldNames(path: string): Promise<string[]> {
  const base = basename(path);
  const names = await readdir(dirname(path)).catch(() => []);
  const found = names.flatMap((name) => {
    if (!name.startsWith(base)) return [];
    const match = SUFFIX.exec(name.slice(base.length));
    if (!match) return [];
    const [, number, date = '', packed] = match;
    return [{ name, number: Number(number ?? 0), date: date.replace(/\D/g, ''), packed: packed !== undefined }];
  });
  const plain = new Set(found.filter(({ packed }) => !packed).map(({ name }) => name));
  return found
    .filter(({ name, packed }) => !packed || !plain.has(name.slice(0, -'.gz'.length)))
    .sort((a, b) => a.number - b.number || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0))
    .map(({ name }) => name);
}

const SUFFIX = /^(?:\.(\d{1,4})|[-.](\d{8}(?:[-T_]?\d{2,6})?|\d{4}-\d{2}-\d{2}(?:[-T_]\d{2,6})?))(\.gz)?$/;

/** What the path and its older generations are now. */
async function inodesOf(path: string): Promise<Map<string, string>> {
  const inodes = new Map<string, string>();
  for (const file of [path, ...(await oldNames(path)).map((name) => join(dirname(path), name))]) {
    const status = await stat(file, { bigint: true }).catch(() => undefined);
    if (status?.isFile()) inodes.set(file, inodeOf(status));
  }
  return inodes;
}

function sameEntries(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, inode]) => b.get(name) === inode);
}

/** Opens files; an older generation that may not be read is passed over. */
async function openAll(paths: readonly string[], needed: string): Promise<OpenFile[]> {
  const files: OpenFile[] = [];
  for (const path of paths) {
    const file = await openFile(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || path !== needed) return undefined;
      await closeFiles(files);
      throw error;
    });
    if (file) files.push(file);
  }
  return files;
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path);
  try {
    const status = await handle.stat({ bigint: true });
    const packed = path.endsWith('.gz');
    return {
      path,
      handle,
      inode: inodeOf(status),
      size: Number(status.size),
      modified: Number(status.mtimeNs) / 1e6,
      packed,
      head: packed ? await readPackedHead(handle) : await readHead(handle),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readPackedHead(handle: FileHandle): Promise<Buffer> {
  const packed = Buffer.alloc(PACKED_HEAD);
  const { bytesRead } = await handle.read(packed, 0, PACKED_HEAD, 0);
  try {
    return gunzipSync(packed.subarray(0, bytesRead), { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}
