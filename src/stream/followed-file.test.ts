import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogWriter, type LogWriter } from '../../test/support/log-writer.ts';
import { createManualClock, nextTurn } from '../../test/support/manual-clock.ts';
import { createRng } from '../util/rng.ts';
import {
  type Feed,
  type FeedItem,
  type FollowedFileOptions,
  followedFile,
  type Notice,
  type Position,
} from './index.ts';
import { linesOf } from './source.case.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0)) await end();
});

/** A written log, its follower, and what was committed of it. */
function follow(options: FollowedFileOptions = {}, kept?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-rotation-'));
  const clock = createManualClock();
  const writer: LogWriter = createLogWriter(join(folder, 'app.log'), kept);
  const lines: string[] = [];
  const notices: Notice[] = [];
  const generations: string[] = [];
  let position: Position | null = null;
  let feed: Feed | undefined;
  const open = async (): Promise<Feed> => {
    feed ??= await followedFile(writer.path, options).open(position, { clock });
    return feed;
  };
  const commit = (item: FeedItem): void => {
    position = JSON.parse(JSON.stringify(item.position));
    if (item.type === 'lines') {
      lines.push(...linesOf(item));
      generations.push(...Array.from({ length: item.count }, () => item.generation));
    } else notices.push(item.notice);
    item.done();
  };
  const kill = async (): Promise<void> => {
    await feed?.close();
    feed = undefined;
  };
  opened.push(async () => {
    await kill();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    clock,
    writer,
    lines,
    notices,
    generations,
    open,
    commit,
    kill,
    counts: () => feed?.counts(),
    /** Reads and commits until every expected line is there. */
    drain: async (): Promise<void> => {
      const wanted = writer.expected().length;
      while (lines.length < wanted) {
        const item = await clock.until((await open()).next());
        if (item) commit(item);
      }
    },
    /** Reads and commits until there is a notice of a kind. */
    hear: async (type: Notice['type']): Promise<Notice> => {
      for (;;) {
        const heard = notices.find((notice) => notice.type === type);
        if (heard) return heard;
        const item = await clock.until((await open()).next());
        if (item) commit(item);
      }
    },
  };
}

/** Rotates so often, with a line in between. */
function times(count: number, rotate: (writer: LogWriter, turn: number) => void): (writer: LogWriter) => void {
  return (writer) => {
    for (let turn = 0; turn < count; turn++) {
      rotate(writer, turn);
      writer.append(`turn ${turn}\n`);
    }
  };
}

describe('a followed file', () => {
  it('gives a last line when it has its end, not before', async () => {
    const log = follow();
    log.writer.append('one\ntw');
    await log.drain();
    const pending = (await log.open()).next();
    for (let turn = 0; turn < 20; turn++) {
      await nextTurn();
      log.clock.advance(250);
    }
    log.writer.append('o\n');
    const item = await log.clock.until(pending);
    expect(item?.type === 'lines' && linesOf(item)).toEqual(['two']);
    expect(item?.type === 'lines' && [...item.offsets]).toEqual([4]);
  });

  it('reads a renamed file to its end, also what is written late, and then the new one', async () => {
    const log = follow({ rotateWait: 5000 });
    log.writer.append('one\n');
    await log.drain();
    log.writer.rotate();
    log.writer.append('three\n');
    const pending = (await log.open()).next();
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    appendFileSync(`${log.writer.path}.1`, 'two\n');
    const item = await log.clock.until(pending, 250);
    expect(item?.type === 'lines' && linesOf(item)).toEqual(['two']);
    if (item) log.commit(item);
    await log.hear('rotation');
    await log.drain();
    const next = log.lines.length < 3 ? await log.clock.until((await log.open()).next()) : null;
    if (next) log.commit(next);
    expect(log.lines).toEqual(['one', 'two', 'three']);
    expect(new Set(log.generations).size).toBe(2);
    expect(log.counts()?.rotations).toBe(1);
  });

  it('ends the last line of a generation with the generation', async () => {
    const log = follow();
    log.writer.append('one\nha');
    await log.drain();
    log.writer.append('lf');
    log.writer.rotate();
    log.writer.append('next\n');
    await log.drain();
    expect(log.lines).toEqual(['one', 'half', 'next']);
    expect(log.counts()?.partialLines).toBe(1);
  });

  it.each([
    ['renamed once', (w: LogWriter) => w.rotate()],
    ['copied and truncated', (w: LogWriter) => w.copyAndTruncate()],
    ['renamed and packed', times(2, (w) => w.rotate({ pack: true }))],
    ['copied, truncated and packed', times(2, (w) => w.copyAndTruncate({ pack: true }))],
    ['rotated five times', times(5, (w, i) => w.rotate({ pack: i % 2 === 0 }))],
  ])('loses nothing when it was %s while nobody looked', async (_, rotate) => {
    const log = follow();
    log.writer.append('one\ntwo\n');
    await log.drain();
    log.writer.append('three\nhalf');
    await log.kill();
    rotate(log.writer);
    log.writer.append('after\n');
    await log.drain();
    expect(log.lines).toEqual(log.writer.expected());
    expect(log.notices.some(({ type }) => type === 'gap')).toBe(false);
  });

  it('tells of a truncation, and begins anew', async () => {
    const log = follow();
    log.writer.append('one\ntwo\n');
    await log.drain();
    log.writer.truncate();
    log.writer.append('anew\n');
    await log.drain();
    expect(log.lines).toEqual(['one', 'two', 'anew']);
    expect(log.notices.at(-1)).toMatchObject({ type: 'truncation', offset: 8, copy: null });
    expect(log.counts()?.truncations).toBe(1);
    expect(new Set(log.generations).size).toBe(2);
  });

  it('notices a truncation also when the file has grown beyond what was read', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    log.writer.truncate();
    log.writer.append('something longer than it was\n');
    await log.drain();
    expect(log.lines).toEqual(['one', 'something longer than it was']);
  });

  it('finds what was not read of a copied and truncated file in its copy', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    log.writer.append('two\nthree\n');
    log.writer.copyAndTruncate();
    log.writer.append('four\n');
    await log.drain();
    expect(log.lines).toEqual(['one', 'two', 'three', 'four']);
    expect(await log.hear('truncation')).toMatchObject({ copy: `${log.writer.path}.1` });
  });

  it('tells of a gap when the generation it was in is gone, and reads those written since', async () => {
    const log = follow({}, 2);
    log.writer.append('one\n');
    await log.drain();
    await log.kill();
    log.writer.append('never seen\n');
    // So that no other file gets its inode.
    linkSync(log.writer.path, join(log.folder, 'kept'));
    for (const name of ['a', 'b', 'c']) {
      log.writer.rotate();
      log.writer.append(`${name}\n`);
    }
    expect(readdirSync(log.folder).sort()).toEqual(['app.log', 'app.log.1', 'app.log.2', 'kept']);
    expect(await log.hear('gap')).toMatchObject({ reason: 'generation-missing' });
    while (log.lines.length < 4) {
      const item = await log.clock.until((await log.open()).next());
      if (item) log.commit(item);
    }
    expect(log.lines).toEqual(['one', 'a', 'b', 'c']);
  });

  it('does not take a file for another that got its inode', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    await log.kill();
    rmSync(log.writer.path);
    writeFileSync(log.writer.path, 'another file, perhaps with the same inode\n');
    await log.clock.until(
      (async () => {
        while (log.lines.length < 2) {
          const item = await (await log.open()).next();
          if (item) log.commit(item);
        }
      })(),
    );
    expect(log.lines).toEqual(['one', 'another file, perhaps with the same inode']);
  });

  it('goes on with a file that was moved to another disk', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    await log.kill();
    log.writer.append('two\n');
    writeFileSync(`${log.folder}/copy`, 'one\ntwo\n');
    rmSync(log.writer.path);
    renameSync(`${log.folder}/copy`, log.writer.path);
    await log.drain();
    expect(log.lines).toEqual(['one', 'two']);
  });

  it('does not begin anew when somebody edits the file, so that it is another with the same content', async () => {
    const log = follow();
    const text = Array.from({ length: 40 }, (_, i) => `line ${i} ${'.'.repeat(30)}\n`).join('');
    log.writer.append(text);
    await log.drain();
    writeFileSync(`${log.folder}/edited`, `${text}more\n`);
    renameSync(`${log.folder}/edited`, log.writer.path);
    const item = await log.clock.until((await log.open()).next());
    expect(item?.type === 'lines' && linesOf(item)).toEqual(['more']);
  });

  it('says where its path is a folder', async () => {
    const log = follow();
    rmSync(log.writer.path);
    mkdirSync(log.writer.path);
    expect(await log.hear('availability')).toMatchObject({ available: false, reason: 'not a file' });
  });

  it('waits for a file that is not there, and says so once', async () => {
    const log = follow();
    rmSync(log.writer.path);
    expect(await log.hear('availability')).toMatchObject({ available: false, reason: 'ENOENT' });
    const pending = (await log.open()).next();
    for (let turn = 0; turn < 50; turn++) {
      await nextTurn();
      log.clock.advance(250);
    }
    log.writer.append('here\n');
    const item = await log.clock.until(pending);
    if (item) log.commit(item);
    await log.drain();
    expect(log.lines).toEqual(['here']);
    expect(log.notices.map(({ type }) => type).sort()).toEqual(['availability', 'availability', 'following']);
  });

  it('follows a file whose new generation comes later', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    log.writer.rotate({ create: false });
    const pending = (await log.open()).next();
    for (let turn = 0; turn < 50; turn++) {
      await nextTurn();
      log.clock.advance(1000);
    }
    log.writer.append('two\n');
    const item = await log.clock.until(pending);
    if (item) log.commit(item);
    await log.drain();
    expect(log.lines).toEqual(['one', 'two']);
  });

  it('begins at the end where it is told to, and keeps to that after a kill', async () => {
    const log = follow({ from: 'end' });
    log.writer.append('old\nbeing wri');
    await log.hear('following');
    await log.kill();
    log.writer.append('tten\nnew\n');
    while (log.lines.length < 2) {
      const item = await log.clock.until((await log.open()).next());
      if (item) log.commit(item);
    }
    expect(log.lines).toEqual(['being written', 'new']);
  });

  it('reads what it can of a damaged archive, and tells of the gap', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    await log.kill();
    const packed = gzipSync(`one\n${Array.from({ length: 20_000 }, (_, i) => `line ${i * 7919}\n`).join('')}`);
    rmSync(log.writer.path);
    writeFileSync(`${log.writer.path}.1.gz`, packed.subarray(0, packed.length / 2));
    writeFileSync(log.writer.path, 'after\n');
    expect(await log.hear('gap')).toMatchObject({ reason: 'damaged-archive' });
    while (log.lines.at(-1) !== 'after') {
      const item = await log.clock.until((await log.open()).next());
      if (item) log.commit(item);
    }
    expect(log.lines.length).toBeGreaterThan(5000);
    expect(log.lines.slice(0, 3)).toEqual(['one', 'line 0', 'line 7919']);
  });

  it('holds no more of an endless line than its bound', async () => {
    const log = follow({ lineLimit: 1000 });
    for (let i = 0; i < 8; i++) appendFileSync(log.writer.path, 'x'.repeat(1024 * 1024));
    appendFileSync(log.writer.path, '\nnext\n');
    while (log.lines.length < 2) {
      const item = await log.clock.until((await log.open()).next());
      if (item?.type === 'lines' && log.lines.length === 0) {
        expect(item.lengths[0]).toBe(8 * 1024 * 1024);
        expect(item.bytes.length).toBeLessThan(100_000);
      }
      if (item) log.commit(item);
    }
    expect(log.lines).toEqual(['x'.repeat(1000), 'next']);
    expect(log.counts()).toMatchObject({ cutLines: 1, cutBytes: 8 * 1024 * 1024 - 1000 });
  });

  it('passes over NUL bytes that a truncation left before a writer that does not append', async () => {
    const log = follow();
    log.writer.append('one\n');
    await log.drain();
    truncateSync(log.writer.path, 0);
    writeFileSync(log.writer.path, Buffer.concat([Buffer.alloc(4), Buffer.from('two\n')]));
    while (log.lines.length < 2) {
      const item = await log.clock.until((await log.open()).next());
      if (item) log.commit(item);
    }
    expect(log.lines[1]).toBe('\0\0\0\0two');
    expect(log.counts()?.nulLines).toBe(1);
  });
});

describe('a followed file under a random schedule of faults', () => {
  it.each(Array.from({ length: 6 }, (_, seed) => seed))('gives every line once, in order (seed %i)', async (seed) => {
    const rng = createRng(seed);
    const below = (bound: number): number => Math.floor(rng.next() * bound);
    const log = follow({ rotateWait: 2000 });
    const { writer } = log;
    let written = 0;
    let pending: Promise<FeedItem | null> | undefined;
    /** What came of it. */
    let arrived: FeedItem | undefined;
    /** Items that were given and are not committed. */
    let held: FeedItem[] = [];

    const append = (): void => {
      let text = '';
      for (let i = below(4); i >= 0; i--) text += `line ${written++} ${'.'.repeat(20 + below(200))}\n`;
      // What comes next then goes on with the last line; no two generations begin alike.
      writer.append(below(3) === 0 ? text.slice(0, -1 - below(20)) : text);
    };
    const commit = (): void => {
      for (const item of held) log.commit(item);
      held = [];
    };
    const fail = (): void => {
      // What was given and not looked at yet fails with the others.
      if (arrived) pending = undefined;
      arrived = undefined;
      held[0]?.failed(new Error('the database is gone'));
      held = [];
    };
    const kill = async (): Promise<void> => {
      await log.kill();
      await pending;
      pending = undefined;
      arrived = undefined;
      held = [];
    };
    const consume = async (): Promise<void> => {
      if (!pending) {
        pending = (await log.open()).next();
        void pending.then((item) => {
          arrived = item ?? undefined;
        });
      }
      for (let turn = 0; turn < 40 && !arrived; turn++) {
        await nextTurn();
        log.clock.advance(250);
      }
      if (!arrived) return;
      held.push(arrived);
      arrived = undefined;
      pending = undefined;
    };
    const consumeAll = async (): Promise<void> => {
      const given = (): number =>
        held.reduce((n, item) => n + (item.type === 'lines' ? item.count : 0), log.lines.length);
      while (given() < writer.expected().length) {
        await consume();
        if (pending) await log.clock.until(pending);
      }
    };
    const actions = [
      append, append, append, append, consume, consume, consume, consume, commit, commit, kill, fail,
      () => writer.rotate(),
      () => writer.rotate({ pack: true }),
      () => writer.copyAndTruncate(),
      () => writer.copyAndTruncate({ pack: true }),
      async () => {
        // What nobody has read is lost by a truncation, so that it comes when all was read.
        if (writer.unfinished) return;
        await consumeAll();
        commit();
        writer.truncate();
      },
    ]; // biome-ignore format: a list of what may happen

    await log.hear('following');
    for (let step = 0; step < 150; step++) await actions[below(actions.length)]?.();
    writer.append('\nthe end\n');
    await consumeAll();
    commit();
    expect(log.lines).toEqual(writer.expected());
  });
});
