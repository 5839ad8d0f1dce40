import type { SequenceSet } from '../types.ts';

/**
 * One sequence for each id: parts of a session that silence had cut are joined in their
 * order, for a label of a session is one of its whole. Closed where the last part is.
 */
export function joinSessions(set: SequenceSet): SequenceSet {
  const parts = new Map<string, number[]>();
  for (let s = 0; s < set.count; s++) {
    const known = parts.get(set.ids[s]!);
    if (known) known.push(s);
    else parts.set(set.ids[s]!, [s]);
  }
  if (parts.size === set.count) return set;
  const keys = new Int32Array(set.keys.length);
  const events = set.events ? new Int32Array(set.keys.length) : undefined;
  const offsets = [0];
  let at = 0;
  for (const sequences of parts.values()) {
    for (const s of sequences) {
      const [from, to] = [set.offsets[s]!, set.offsets[s + 1]!];
      keys.set(set.keys.subarray(from, to), at);
      events?.set(set.events!.subarray(from, to), at);
      at += to - from;
    }
    offsets.push(at);
  }
  return {
    count: parts.size,
    ids: [...parts.keys()],
    offsets: Int32Array.from(offsets),
    keys,
    keyNames: set.keyNames,
    closed: Uint8Array.from([...parts.values()], (sequences) => set.closed[sequences.at(-1) ?? 0]!),
    ...(events ? { events } : {}),
    ...(set.values ? { values: set.values } : {}),
  };
}
