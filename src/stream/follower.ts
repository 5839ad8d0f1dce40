import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { contentId, sha256Hex } from '../util/hash.ts';
import { type Block, createBlockBuilder } from './block-builder.ts';
import type { StreamClock } from './clock.ts';
import type { FeedCounts } from './counts.ts';
import { beginsAs, type FilePlace, HEAD_BYTES, isFinished, withFinished } from './file-place.ts';
import { DamagedArchive } from './generation-reader.ts';
import { lineSink } from './line-sink.ts';
import type { Notice } from './notice.ts';
import { type Beginning, beginReading, isSame, lastLineEnd, placeOf, type Reading } from './reading.ts';
import { closeFiles, inodeOf, type OpenFile, openRotatedSet, type RotatedSet } from './rotated-files.ts';

/** How a file is followed. */
export interface FollowBounds {
  /** Bytes that are kept of a line. */
  readonly lineLimit: number;
  /** How long a rotated file must be silent before it counts as over, ms. */
  readonly rotateWait: number;
  /** Where a file begins that was never followed before. */
  readonly from: 'start' | 'end';
}

/** Lines, or a notice, and where to go on after it; `null` before the first file was found. */
export interface Found {
  readonly what: { readonly block: Block; readonly firstLine: number } | { readonly notice: Notice };
  readonly after: FilePlace | null;
}

/** Reads a file on through its generations. Nothing here waits: `step` does what can be done now. */
export interface Follower {
  /** Reads on; `true` when there is more to do at once, `false` when only time or a writer can help. */
  step(): Promise<boolean>;
  /** What was found and is not taken yet, oldest first. */
  readonly found: Found[];
  /** Lets go of all files. */
  close(): Promise<void>;
}

/** A follower of the file at `path` that goes on at `place`. */
export function createFollower(
  path: string,
  place: FilePlace | null,
  bounds: FollowBounds,
  clock: StreamClock,
  counts: FeedCounts,
): Follower {
  const builder = createBlockBuilder(counts);
  const sink = lineSink(builder, counts);
  const found: Found[] = [];
  /** After what was found last. */
  let after = place;
  let finished = place?.finished ?? [];
  let reading: Reading | undefined;
  /** Generations to be read after this one and before what the path holds, oldest first. */
  let backlog: OpenFile[] = [];
  let trouble = '';

  const notice = (next: Notice): void => {
    if (next.type === 'gap') counts.gaps++;
    if (next.type === 'rotation') counts.rotations++;
    if (next.type === 'truncation') counts.truncations++;
    found.push({ what: { notice: next }, after });
  };

  const begin = (file: OpenFile, role: Reading['role'], from: Beginning | null): void => {
    reading = beginReading(file, role, from, bounds.lineLimit, sink);
  };

  /** Gives out the lines that are complete. */
  const seal = (now: Reading): void => {
    if (builder.count === 0) return;
    if (now.generation === '') now.generation = contentId([now.file.inode, now.headHash]);
    const block = builder.take();
    const firstLine = now.line;
    now.line += block.count;
    after = placeOf(now, now.framer.offset, finished);
    found.push({ what: { block, firstLine }, after });
  };

  const flush = (now: Reading): void => {
    sink.begin(clock.now(), '');
    now.framer.end();
    seal(now);
  };

  /** Finds the place to go on from among what is there now; false where nothing is. */
  const locate = async (set: RotatedSet, from: FilePlace | null): Promise<boolean> => {
    const { live, old } = set;
    if (from === null) {
      await closeFiles(old);
      return live !== undefined && beginAnew(live);
    }
    if (from.headBytes === 0 && live) {
      // It was empty, so that nothing of it was read: whatever was written since then is new.
      await goOn(set, from.modified);
      return true;
    }
    const known = (file: OpenFile): boolean => beginsAs(from, file.head);
    if (live && live.inode === from.inode && known(live) && live.size >= from.offset) {
      begin(live, 'live', from);
      await closeFiles(old);
      return true;
    }
    let index = old.findIndex((file) => file.inode === from.inode && known(file));
    if (index < 0) index = old.findIndex(known);
    const copy = old[index];
    if (live && live.inode === from.inode) {
      const { generation, offset } = from;
      notice({ type: 'truncation', path, generation, offset, size: live.size, copy: copy?.path ?? null });
    }
    if (copy) {
      begin(copy, 'old', from);
      backlog = old.slice(0, index).reverse();
      await closeFiles([...old.slice(index + 1), ...(live ? [live] : [])]);
      return true;
    }
    if (!live) {
      await closeFiles(old);
      return false;
    }
    if (live.inode !== from.inode && known(live) && live.size >= from.offset) {
      begin(live, 'live', from);
      await closeFiles(old);
      return true;
    }
    finished = withFinished(from);
    if (live.inode !== from.inode) {
      notice({ type: 'gap', reason: 'generation-missing', since: from.modified, until: clock.now() });
    }
    await goOn(set, from.modified);
    return true;
  };

  /** A file that was never followed before. */
  const beginAnew = async (live: OpenFile): Promise<boolean> => {
    const offset = bounds.from === 'end' ? await lastLineEnd(live) : 0;
    const generation = live.head.length > 0 ? contentId([live.inode, sha256Hex(live.head)]) : '';
    begin(live, 'live', { generation, offset, line: 1 });
    if (reading) after = placeOf(reading, offset, finished);
    notice({ type: 'following', path, generation });
    return true;
  };

  /** Goes on with the oldest generation that was changed after `modified` and is not known. */
  const goOn = async ({ live, old }: RotatedSet, modified: number): Promise<void> => {
    const unread = old.filter((file) => file.modified > modified && !isFinished(finished, file.head)).reverse();
    await closeFiles(old.filter((file) => !unread.includes(file)));
    const [first, ...rest] = unread;
    backlog = rest;
    if (first) {
      begin(first, 'old', null);
      if (live) await closeFiles([live]);
    } else if (live) begin(live, 'live', null);
  };

  /** A generation was read to its end, which is also the end of its last line. */
  const over = (now: Reading): FilePlace => {
    flush(now);
    notice({ type: 'rotation', path, generation: now.generation });
    const ended = placeOf(now, now.framer.offset, finished);
    finished = withFinished(ended);
    return ended;
  };

  /** Goes on to the next generation where this one is over. */
  const finish = async (now: Reading): Promise<boolean> => {
    const next = backlog.shift();
    if (next) {
      over(now);
      await now.reader.close();
      begin(next, 'old', null);
      return true;
    }
    const set = await openRotatedSet(path);
    const { live, old } = set;
    if (!live || live.inode === now.file.inode) {
      // It came back, or nothing is there yet: whoever rotates is not done.
      if (live) now.role = 'live';
      await closeFiles([...old, ...(live ? [live] : [])]);
      return false;
    }
    const here = placeOf(now, now.framer.offset, finished);
    if (here.headBytes === HEAD_BYTES && beginsAs(here, live.head) && live.size >= here.offset) {
      // Somebody put a copy in its place, as editors do.
      await now.reader.close();
      begin(live, 'live', here);
      await closeFiles(old);
      return true;
    }
    const ended = over(now);
    await now.reader.close();
    let index = old.findIndex((file) => file.inode === ended.inode);
    if (index < 0) index = old.findIndex((file) => beginsAs(ended, file.head));
    if (index < 0) {
      await goOn(set, ended.modified);
      return true;
    }
    const [first, ...rest] = old.slice(0, index).reverse();
    await closeFiles(old.slice(index));
    backlog = rest;
    if (first) {
      begin(first, 'old', null);
      await closeFiles([live]);
    } else begin(live, 'live', null);
    return true;
  };

  /** Nothing more can be read of an old generation: is it over? */
  const atOldEnd = async (now: Reading): Promise<boolean> => {
    if (!now.file.packed && !(await isSame(now))) return startOver(now);
    if (backlog.length > 0 || now.file.packed) return finish(now);
    now.quietSince ??= clock.now();
    return clock.now() - now.quietSince >= bounds.rotateWait && finish(now);
  };

  /** Nothing more can be read of what the path held: does it still hold it? */
  const atLiveEnd = async (now: Reading): Promise<boolean> => {
    const status = await stat(path, { bigint: true }).catch(ifMissing);
    if (status && inodeOf(status) !== now.file.inode) {
      now.role = 'old';
      return true;
    }
    return (await isSame(now)) ? false : startOver(now);
  };

  /** The file was truncated: what was not read of it may be in a copy. */
  const startOver = async (now: Reading): Promise<boolean> => {
    const set = await openRotatedSet(path);
    const from = placeOf(now, now.framer.offset, finished);
    if (!set.live) {
      await closeFiles(set.old);
      return false;
    }
    if (!set.old.some((file) => beginsAs(from, file.head))) flush(now);
    await now.reader.close();
    await closeFiles(backlog);
    backlog = [];
    reading = undefined;
    return locate(set, from);
  };

  const readOn = async (now: Reading): Promise<boolean> => {
    const chunk = await now.reader.read().catch((error: unknown) => {
      if (!(error instanceof DamagedArchive)) throw error;
      notice({ type: 'gap', reason: 'damaged-archive', since: now.modified, until: clock.now() });
      return null;
    });
    if (chunk === null) return now.role === 'old' ? atOldEnd(now) : atLiveEnd(now);
    if (!now.file.packed && !(await isSame(now))) return startOver(now);
    now.quietSince = undefined;
    sink.begin(clock.now(), '');
    now.framer.push(chunk);
    seal(now);
    return true;
  };

  return {
    found,
    step: async () => {
      try {
        const more = reading ? await readOn(reading) : await locate(await openRotatedSet(path), after);
        if (reading && trouble !== '') {
          trouble = '';
          notice({ type: 'availability', path, available: true, reason: '' });
        } else if (!reading) {
          const there = statSync(path, { throwIfNoEntry: false });
          // A file that has come since it was looked for is found by the next step.
          const reason = there?.isFile() ? trouble : there ? 'not a file' : 'ENOENT';
          if (reason !== trouble) notice({ type: 'availability', path, available: false, reason });
          trouble = reason;
        }
        return more;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined) throw error;
        if (trouble !== code) notice({ type: 'availability', path, available: false, reason: code });
        trouble = code;
        return false;
      }
    },
    close: async () => {
      await reading?.reader.close();
      await closeFiles(backlog);
      reading = undefined;
      backlog = [];
    },
  };
}

// --- internal ---

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
