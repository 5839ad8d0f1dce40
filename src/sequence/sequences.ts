import type { EventColumns, SequenceSet } from '../types.ts';

/**
 * Sequences from plain lists of keys.
 *
 * @example
 * sequencesOf([['open', 'read', 'close'], ['open', 'close']]).count; // 2
 */
export function sequencesOf(
  lists: readonly (readonly string[])[],
  options: { readonly ids?: readonly string[]; readonly closed?: boolean; readonly labels?: readonly number[] } = {},
): SequenceSet {
  const numbers = new Map<string, number>();
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, s) => {
    offsets[s + 1] = (offsets[s] ?? 0) + list.length;
  });
  const keys = new Int32Array(offsets[lists.length] ?? 0);
  let at = 0;
  for (const list of lists) {
    for (const name of list) {
      const number = numbers.get(name) ?? numbers.size;
      if (number === numbers.size) numbers.set(name, number);
      keys[at++] = number;
    }
  }
  return {
    count: lists.length,
    ids: options.ids ?? lists.map((_, s) => String(s + 1)),
    offsets,
    keys,
    keyNames: [...numbers.keys()],
    closed: new Uint8Array(lists.length).fill(options.closed === false ? 0 : 1),
    ...(options.labels ? { labels: Uint8Array.from(options.labels) } : {}),
  };
}

/** What `buildSequences` needs besides the events. */
export interface SequenceOptions {
  /** Session number of each event, from a `Sessionizer`. */
  readonly sessions: Int32Array;
  /** Public name of each session number. */
  readonly sessionName: (session: number) => string;
  /** Public names of the internal template numbers. */
  readonly keyNames: readonly string[];
  /** A session is over after this much silence (ms); later events of the same name begin a new one. */
  readonly timeout: number;
}

/**
 * Groups events into the sequences of their sessions, in the order of the events. A
 * session is cut where it was silent for longer than `timeout` (process ids are used
 * again). It counts as closed when the log goes on for longer than `timeout` after it.
 * A record that stands for N events gives N keys of the same row.
 */
export function buildSequences(events: EventColumns, options: SequenceOptions): SequenceSet {
  const { sessions, timeout } = options;
  const current = new Map<number, number>();
  const sequenceOf = new Int32Array(events.count);
  const names: string[] = [];
  const lastTime: number[] = [];
  const lengths: number[] = [];
  let logEnd = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < events.count; row++) {
    const session = sessions[row]!;
    const time = events.time[row]!;
    let sequence = current.get(session);
    if (sequence === undefined || time - lastTime[sequence]! > timeout) {
      sequence = names.push(options.sessionName(session)) - 1;
      current.set(session, sequence);
      lengths.push(0);
      lastTime.push(time);
    }
    sequenceOf[row] = sequence;
    lengths[sequence]! += events.repeat[row]!;
    if (!Number.isNaN(time)) lastTime[sequence] = time;
    if (time > logEnd) logEnd = time;
  }

  const offsets = new Int32Array(names.length + 1);
  for (let s = 0; s < names.length; s++) offsets[s + 1] = offsets[s]! + lengths[s]!;
  const fill = offsets.slice();
  const total = offsets[names.length]!;
  const keys = new Int32Array(total);
  const rows = new Int32Array(total);
  for (let row = 0; row < events.count; row++) {
    for (let n = events.repeat[row]!; n > 0; n--) {
      const at = fill[sequenceOf[row]!]!++;
      keys[at] = events.template[row]!;
      rows[at] = row;
    }
  }
  return {
    count: names.length,
    ids: names,
    offsets,
    keys,
    keyNames: options.keyNames,
    closed: Uint8Array.from(lastTime, (time) => (logEnd - time > timeout ? 1 : 0)),
    events: rows,
  };
}

/** The sequences with the given indices, in that order. */
export function selectSequences(set: SequenceSet, indices: ArrayLike<number>): SequenceSet {
  const chosen = Array.from(indices);
  const offsets = new Int32Array(chosen.length + 1);
  chosen.forEach((s, i) => {
    offsets[i + 1] = offsets[i]! + set.offsets[s + 1]! - set.offsets[s]!;
  });
  const total = offsets[chosen.length]!;
  const keys = new Int32Array(total);
  const events = set.events ? new Int32Array(total) : undefined;
  chosen.forEach((s, i) => {
    keys.set(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), offsets[i]);
    events?.set(set.events!.subarray(set.offsets[s], set.offsets[s + 1]), offsets[i]);
  });
  return {
    count: chosen.length,
    ids: chosen.map((s) => set.ids[s]!),
    offsets,
    keys,
    keyNames: set.keyNames,
    closed: Uint8Array.from(chosen, (s) => set.closed[s]!),
    ...(events ? { events } : {}),
    ...(set.values ? { values: set.values } : {}),
    ...(set.labels ? { labels: Uint8Array.from(chosen, (s) => set.labels![s]!) } : {}),
    ...(set.classes ? { classes: chosen.map((s) => set.classes![s]!) } : {}),
  };
}
