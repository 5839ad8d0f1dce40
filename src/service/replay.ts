import type { Store, StoredRecord } from '../store/index.ts';
import { type LinePlaces, type LineTurn, takeLines } from './line-places.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import { linesOfRecords } from './record-lines.ts';
import { createRound, type Round } from './round.ts';

/** Lines that are taken again. */
export interface ReplayOptions {
  /** Ids of the last record that is not, and of the last that is. */
  readonly from: number;
  readonly until?: number;
  /** Where the sources stood; moves on. */
  readonly places: LinePlaces;
  /** Where their numbers of lines began anew since then. */
  readonly turns: readonly LineTurn[];
  /** Last records of the rounds that the lines came in: judged in the same rounds, they come to the same. */
  readonly rounds?: readonly number[];
  /** Lines of other rounds, in thousands; 1 unless told. */
  readonly pages?: number;
  /** Takes what became of a round, the ids of its records, and where the sources stood before it. */
  readonly onRound: (round: Round, ids: readonly number[], before: LinePlaces) => Promise<void>;
}

/** Takes lines again that are stored: those that the pipeline's state does not know, or that it had no model for. */
export async function replay(store: Store, pipeline: OnlinePipeline, options: ReplayOptions): Promise<void> {
  const { from, until = Number.POSITIVE_INFINITY, places, turns, rounds = [], pages = 1, onRound } = options;
  const names = new Map((await store.sources.list()).map(({ id, name }) => [id, name]));
  const ends = rounds.filter((end) => end > from);
  const ahead = turns.filter(({ after }) => after >= from);
  let round = createRound();
  let ids: number[] = [];
  let before: LinePlaces = new Map(places);
  const finish = async (): Promise<void> => {
    await pipeline.finish(round);
    await onRound(round, ids, before);
    round = createRound();
    ids = [];
    before = new Map(places);
  };
  for (let last = from; last < until; ) {
    const records = (await store.records.after(last, 1000)).filter(({ id }) => id <= until);
    if (records.length === 0) break;
    last = records.at(-1)?.id ?? last;
    for (const run of runsOf(records, ends, ahead)) {
      const first = run[0]?.id ?? 0;
      for (let end = ends[0]; end !== undefined && end < first; end = ends[0]) {
        ends.shift();
        if (ids.length > 0) await finish();
      }
      for (let turn = ahead[0]; turn && turn.after < first; turn = ahead[0]) {
        places.set(turn.source, { generation: turn.generation, line: turn.line });
        ahead.shift();
      }
      const id = run[0]?.source ?? -1;
      const { generation, line } = places.get(id) ?? { generation: '', line: 1 };
      const source = { id, name: names.get(id) ?? '' };
      takeLines(pipeline, places, { source, generation, lines: linesOfRecords(run, line) }, round);
      for (const record of run) ids.push(record.id);
    }
    if (ends.length === 0 && ids.length >= pages * 1000) await finish();
  }
  if (ids.length > 0) await finish();
}

// --- internal ---

/** Records in their order, apart where the source, the round or the numbering changes. */
function runsOf(
  records: readonly StoredRecord[],
  ends: readonly number[],
  turns: readonly LineTurn[],
): StoredRecord[][] {
  const cuts = [...ends, ...turns.map(({ after }) => after)].sort((a, b) => a - b);
  let next = 0;
  const runs: StoredRecord[][] = [];
  for (const record of records) {
    const run = runs.at(-1);
    const before = next;
    while ((cuts[next] ?? Number.POSITIVE_INFINITY) < record.id) next++;
    if (run?.[0]?.source === record.source && next === before) run.push(record);
    else runs.push([record]);
  }
  return runs;
}
