import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { workspace } from '../../test/support/workspace.ts';
import { openStore, type Store } from '../store/index.ts';
import { type Commit, createCommitter } from './commit.ts';
import { claimPipeline, encodeProgress, type Progress, progressOf, releaseOwner } from './progress.ts';
import { createRound } from './round.ts';

const clock = createManualClock();
const elsewhere = { host: 'another machine', process: 1, token: 'theirs' };
const NOTHING: Commit = { round: createRound(), steps: [], checkpoint: null };
const { path } = workspace();
let stores = 0;
let store: Store;
beforeEach(async () => {
  store = await openStore(path(`${++stores}.db`));
});
afterEach(() => store.close());

const progress = (owner: Progress['owner']): Progress => ({
  ...{ owner, rounds: [], turns: [] },
  totals: { lines: 5, bytes: 50, flagged: 0, alerts: 0, windows: 0 },
});
const write = (owner: Progress['owner'], version: number): Promise<number> =>
  store.checkpoints.write(progressOf('main'), encodeProgress(progress(owner)), version);
const committer = async (from: Awaited<ReturnType<typeof claimPipeline>>) =>
  createCommitter({
    ...{ store, clock, pipeline: 'main', claimed: from, version: 0, lastRecord: 0 },
    ...{ rules: () => [], admit: () => true, onWaiting: () => {}, stopping: () => false },
  });

describe('who runs a pipeline', () => {
  it('is whoever comes first, and goes on with the totals', async () => {
    expect((await claimPipeline(store, 'main', clock)).progress.totals.lines).toBe(0);
    await write(null, 1);
    const { progress: next, version } = await claimPipeline(store, 'main', clock);
    expect(next.totals.lines).toBe(5);
    expect(version).toBe(3);
    expect(next.owner?.process).toBe(process.pid);
    releaseOwner(next.owner);
  });

  it('is taken over at once from a process of this machine that is gone', async () => {
    const first = await claimPipeline(store, 'main', clock);
    releaseOwner(first.progress.owner);
    const second = await claimPipeline(store, 'main', clock);
    // What the first would still write is refused.
    await expect((await committer(first)).commit(NOTHING)).rejects.toMatchObject({ code: 'E_STORE_CONFLICT' });
    await expect((await committer(second)).commit(NOTHING)).resolves.toMatchObject({ ids: [] });
    releaseOwner(second.progress.owner);
  });

  it('is taken over from another machine after a silence', async () => {
    await write(elsewhere, 0);
    const before = clock.now();
    const claimed = await clock.until(claimPipeline(store, 'main', clock));
    expect(clock.now() - before).toBeGreaterThanOrEqual(15_000);
    expect(claimed.progress.owner?.token).not.toBe('theirs');
    releaseOwner(claimed.progress.owner);
  });

  it('is refused to a second one while the first shows that it is alive', async () => {
    await write(elsewhere, 0);
    let settled = false;
    const second = claimPipeline(store, 'main', clock).finally(() => {
      settled = true;
    });
    second.catch(() => {});
    for (let version = 1; !settled; version++) {
      await write(elsewhere, version);
      clock.advance(500);
    }
    await expect(second).rejects.toMatchObject({
      code: 'E_STORE_CONFLICT',
      message: expect.stringContaining('process 1 of another machine'),
    });
  });

  it('shows that it is alive where nothing comes, and not more often than that takes', async () => {
    const claimed = await claimPipeline(store, 'main', clock);
    const own = await committer(claimed);
    const version = async () => (await store.checkpoints.read(progressOf('main')))?.version;
    await own.beat();
    expect(await version()).toBe(claimed.version);
    clock.advance(5000);
    await own.beat();
    expect(await version()).toBe(claimed.version + 1);
    await own.release();
    expect((await claimPipeline(store, 'main', clock)).version).toBe(claimed.version + 3);
    releaseOwner(claimed.progress.owner);
  });
});
