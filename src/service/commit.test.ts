import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { workspace } from '../../test/support/workspace.ts';
import { CaracalError } from '../errors.ts';
import { openStore, type Repositories, type Store } from '../store/index.ts';
import { type Commit, createCommitter } from './commit.ts';
import { claimPipeline, releaseOwner } from './progress.ts';
import { createRound } from './round.ts';

const clock = createManualClock();
const gone = new CaracalError('E_STORE_UNAVAILABLE', 'The database is gone.', { retry: true });
const { path } = workspace();
let stores = 0;
let store: Store;
let source = 0;
beforeEach(async () => {
  store = await openStore(path(`${++stores}.db`));
  source = (await store.sources.open({ name: 'log', kind: 'file', format: '' })).id;
});
afterEach(() => store.close());

function lines(count: number): Commit {
  const round = createRound();
  for (let i = 0; i < count; i++) {
    const record = { source, time: 0, host: null, app: null, level: null, template: null };
    round.records.add([{ ...record, sequence: i, text: `line ${i}` }]);
  }
  const step = { source, generation: 'g', position: { at: 1 }, lines: count, drops: 0, gaps: [] };
  return { round, steps: [step], checkpoint: { encode: (record) => Uint8Array.of(record) } };
}

/** A committer whose transactions are let through by `transaction`. */
async function committerOf(transaction: Store['transaction']) {
  const waits: (string | null)[] = [];
  const claimed = await claimPipeline(store, 'main', clock);
  releaseOwner(claimed.progress.owner);
  let stopping = false;
  const committer = createCommitter({
    ...{ store: { ...store, transaction }, clock, pipeline: 'main', version: 0, lastRecord: 0 },
    ...{ claimed, rules: () => [], admit: () => true, stopping: () => stopping },
    onWaiting: (error) => waits.push(error?.code ?? null),
  });
  return {
    ...{ committer, waits },
    stop: () => {
      stopping = true;
    },
  };
}

const recordIds = async (): Promise<number[]> => (await store.records.after(0, 100)).map(({ id }) => id);
const stored = async () => ({
  lines: (await store.sources.get(source))?.lines,
  records: (await store.records.after(0, 100)).length,
  checkpoint: (await store.checkpoints.read('main'))?.version,
});

describe('a commit', () => {
  it('is tried again until the database takes it, and says so meanwhile', async () => {
    let left = 3;
    const { committer, waits } = await committerOf((work) =>
      left-- > 0 ? Promise.reject(gone) : store.transaction(work),
    );
    const done = await clock.until(committer.commit(lines(3)));
    expect(done).toMatchObject({ ids: await recordIds(), checkpointBytes: 1 });
    expect(waits).toEqual([...Array(3).fill('E_STORE_UNAVAILABLE'), null]);
    expect(await stored()).toEqual({ lines: 3, records: 3, checkpoint: 1 });
    expect(committer.totals.lines).toBe(3);
  });

  it('whose end nobody saw is not done twice, and what it did is known', async () => {
    let lost = true;
    const { committer } = await committerOf(async <T>(work: (to: Repositories) => Promise<T>) => {
      const done = await store.transaction(work);
      if (!lost) return done;
      lost = false;
      throw gone;
    });
    const done = await clock.until(committer.commit(lines(3)));
    expect(done.ids).toEqual(await recordIds());
    await committer.commit(lines(2));
    expect(await stored()).toEqual({ lines: 5, records: 5, checkpoint: 2 });
    expect(committer.totals.lines).toBe(5);
    expect(committer.lastRecord).toBe((await recordIds()).at(-1));
  });

  it('fails with what waiting does not mend, and when the service stops', async () => {
    const broken = new CaracalError('E_STORE_CORRUPT', 'A page is damaged.', { retry: false });
    const first = await committerOf(() => Promise.reject(broken));
    await expect(first.committer.commit(lines(1))).rejects.toBe(broken);
    const second = await committerOf(() => Promise.reject(gone));
    second.stop();
    await expect(second.committer.commit(lines(1))).rejects.toBe(gone);
  });

  it('goes on after records that a replay found', async () => {
    const { committer } = await committerOf((work) => store.transaction(work));
    committer.recall(createRound(), [7, 8]);
    expect(committer.lastRecord).toBe(8);
    const checkpoint = { encode: (record: number) => Uint8Array.of(record) };
    await committer.commit({ round: createRound(), steps: [], checkpoint });
    expect((await store.checkpoints.read('main'))?.bytes).toEqual(Uint8Array.of(8));
  });

  it('of lines that were stored before adds nothing to the totals and counts', async () => {
    const { committer } = await committerOf((work) => store.transaction(work));
    const { ids } = await committer.commit(lines(3));
    await committer.commit({ ...lines(3), steps: [], stored: ids });
    expect(await stored()).toMatchObject({ lines: 3, records: 3 });
    expect(committer.totals.lines).toBe(3);
  });
});
