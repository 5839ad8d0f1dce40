import type { LiveLines } from '../read/index.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import type { LinePlace, Round } from './round.ts';
import type { PipelineSource } from './slice.ts';

/** Places by source. */
export type LinePlaces = Map<number, LinePlace>;

/** Where the numbers of a source's lines went on otherwise than by one: after the record with this id. */
export interface LineTurn extends LinePlace {
  readonly after: number;
  readonly source: number;
}

/** Has the pipeline take lines, and writes down where their numbers begin anew. */
export function takeLines(
  pipeline: OnlinePipeline,
  places: LinePlaces,
  { source, generation, lines }: { source: PipelineSource; generation: string; lines: LiveLines },
  round: Round,
): void {
  const { firstLine: line, count } = lines;
  const known = places.get(source.id);
  if (known?.generation !== generation || known.line !== line) {
    round.turns.push({ place: round.records.length, source: source.id, generation, line });
  }
  pipeline.take(source, generation, lines, round);
  places.set(source.id, { generation, line: line + count });
}

/** Where the sources stood before the record at `end` of a round, having been at `before` when it began. */
export function placesAt(before: LinePlaces, { records, turns }: Round, end: number): LinePlaces {
  const places = new Map(before);
  let next = 0;
  for (let at = 0; at < end; at++) {
    for (let turn = turns[next]; turn && turn.place <= at; turn = turns[++next]) {
      places.set(turn.source, { generation: turn.generation, line: turn.line });
    }
    const source = records.at(at)?.source ?? -1;
    const { generation, line } = places.get(source) ?? { generation: '', line: 1 };
    places.set(source, { generation, line: line + 1 });
  }
  return places;
}
