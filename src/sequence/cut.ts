import type { SequenceSet } from '../types.ts';

/**
 * The parts of sequences whose positions are kept, each run of kept positions a
 * sequence of its own. A part counts as closed where its session is and the part
 * reaches its end.
 *
 * @param keep says of a position in `set.keys` whether it stays
 */
export function cutSequences(set: SequenceSet, keep: (position: number) => boolean): SequenceSet {
  const ids: string[] = [];
  const closed: number[] = [];
  const offsets: number[] = [0];
  const positions: number[] = [];
  for (let s = 0; s < set.count; s++) {
    const end = set.offsets[s + 1]!;
    let run = false;
    for (let position = set.offsets[s]!; position < end; position++) {
      if (keep(position)) {
        if (!run) ids.push(set.ids[s]!);
        run = true;
        positions.push(position);
      } else if (run) {
        offsets.push(positions.length);
        closed.push(0);
        run = false;
      }
    }
    if (run) {
      offsets.push(positions.length);
      closed.push(set.closed[s]!);
    }
  }
  return {
    count: ids.length,
    ids,
    offsets: Int32Array.from(offsets),
    keys: Int32Array.from(positions, (position) => set.keys[position]!),
    keyNames: set.keyNames,
    closed: Uint8Array.from(closed),
    ...(set.events ? { events: Int32Array.from(positions, (position) => set.events![position]!) } : {}),
    ...(set.values ? { values: set.values } : {}),
  };
}
