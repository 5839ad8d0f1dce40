import type { Store, StoredRecord } from '../store/index.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import { linesOfRecords } from './record-lines.ts';
import { createRound, type Round } from './round.ts';

/** Lines that are taken again. */
export interface ReplayOptions {
  /** Id of the last record that is not. */
  readonly from: number;
  /** Number of the next line of each source; moves on. */
  readonly nextLines: Map<number, number>;
  /** Takes what became of some of them, and the ids of their records. */
  readonly onRound?: (round: Round, ids: readonly number[]) => Promise<void>;
}

/** Takes lines again that are stored: those that the pipeline's state does not know, or that it had no model for. */
export async function replay(store: Store, pipeline: OnlinePipeline, options: ReplayOptions): Promise<void> {
  const { from, nextLines, onRound } = options;
  const sources = new Map((await store.sources.list()).map((source) => [source.id, source]));
  for (let last = from; ; ) {
    const records = await store.records.after(last, 1000);
    if (records.length === 0) return;
    last = records.at(-1)?.id ?? last;
    const round = createRound();
    for (const run of runsOfSource(records)) {
      const source = sources.get(run[0]?.source ?? -1);
      if (!source) continue;
      const line = nextLines.get(source.id) ?? 1;
      nextLines.set(source.id, line + run.length);
      await pipeline.take(source, source.generation ?? '', linesOfRecords(run, line), round);
    }
    pipeline.finish(round);
    await onRound?.(
      round,
      records.map(({ id }) => id),
    );
  }
}

// --- internal ---

function runsOfSource(records: readonly StoredRecord[]): StoredRecord[][] {
  const runs: StoredRecord[][] = [];
  for (const record of records) {
    const run = runs.at(-1);
    if (run?.[0]?.source === record.source) run.push(record);
    else runs.push([record]);
  }
  return runs;
}
