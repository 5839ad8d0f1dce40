// Not all of `parse/`: a thread that starts loads this.
import { roomForRows } from '../parse/scan-batch.ts';
import type { ScannedRows } from '../parse/scanner.ts';

/** Bytes of a log that a thread is to scan: where to find them, and how to know that they are still the same. */
export interface ScanJob {
  /** Number of the log. */
  readonly source: number;
  /** The first byte, and how many there are. */
  readonly place: number;
  readonly bytes: number;
  /** Of `checksum`. */
  readonly checksum: number;
  /** Number of messages; their places among the bytes stand in the slot. */
  readonly messages: number;
}

/** Memory that all threads see, for the places of the messages of a batch and what a thread has found there. */
export interface ScanSlot {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly scanned: ScannedRows;
}

/** What became of a batch that was offered: still waiting, with another thread, scanned, or not found where it should be. */
export type ScanState = 'offered' | 'taken' | 'scanned' | 'lost';

/** Slots that threads take from one another. Batches are numbered from 0; batch n stands in slot n modulo their number. */
export interface ScanSlots {
  readonly count: number;
  slot(batch: number): ScanSlot;
  /** Whether a thread has begun to look for offers. */
  readonly watched: boolean;
  untilWatched(): Promise<void>;
  /** Offers the next batch, whose messages stand in its slot, to whoever comes first. */
  offer(batch: number, job: ScanJob): void;
  /** Takes an offered batch, unless another thread was first. */
  take(batch: number): ScanJob | undefined;
  /** Says that a batch that was taken is scanned, or that its bytes were not found. */
  finish(batch: number, state: 'scanned' | 'lost'): void;
  stateOf(batch: number): ScanState;
  /** Waits until a batch that another thread has taken is finished. */
  untilFinished(batch: number): Promise<void>;
  /** Blocks the thread until this batch is offered; returns false when nothing is offered any more. */
  untilOffered(batch: number): boolean;
  close(): void;
}

/** Messages that a slot has room for, and their bytes. */
export const MOST_MESSAGES = 65_536;
export const MOST_BYTES = 2 * 1024 * 1024;

/** Shared memory for so many slots. */
export function createSlotMemory(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD + count * SLOT);
}

/** The slots in memory that `createSlotMemory` gave to this thread or to another. */
export function slotsIn(memory: SharedArrayBuffer): ScanSlots {
  const count = (memory.byteLength - HEAD) / SLOT;
  const offers = new Int32Array(memory, 0, 1);
  const watchers = new Int32Array(memory, 4, 1);
  const slots = Array.from({ length: count }, (_, i) => slotAt(memory, HEAD + i * SLOT));
  const at = (batch: number): SlotMemory => slots[batch % count]!;
  return {
    count,
    slot: at,
    get watched() {
      return Atomics.load(watchers, 0) > 0;
    },
    untilWatched: async () => {
      while (Atomics.load(watchers, 0) === 0) await Atomics.waitAsync(watchers, 0, 0).value;
    },
    offer: (batch, { source, place, bytes, checksum, messages }) => {
      const { job, state } = at(batch);
      job.set([source, place, bytes, checksum, messages]);
      Atomics.store(state, 0, stateNumber(batch, 'offered'));
      Atomics.store(offers, 0, batch + 1);
    },
    take: (batch) => {
      const { job, state } = at(batch);
      const offered = stateNumber(batch, 'offered');
      if (Atomics.compareExchange(state, 0, offered, stateNumber(batch, 'taken')) !== offered) return undefined;
      const [source, place, bytes, checksum, messages] = job as unknown as [number, number, number, number, number];
      return { source, place, bytes, checksum, messages };
    },
    finish: (batch, how) => {
      const { state } = at(batch);
      Atomics.store(state, 0, stateNumber(batch, how));
      Atomics.notify(state, 0);
    },
    stateOf: (batch) => STATES[Atomics.load(at(batch).state, 0) & 3]!,
    untilFinished: async (batch) => {
      const { state } = at(batch);
      const taken = stateNumber(batch, 'taken');
      while (Atomics.load(state, 0) === taken) await Atomics.waitAsync(state, 0, taken).value;
    },
    untilOffered: (batch) => {
      if (batch === 0) {
        Atomics.add(watchers, 0, 1);
        Atomics.notify(watchers, 0);
      }
      for (let pause = SHORTEST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.1)) {
        const seen = Atomics.load(offers, 0);
        if (seen === CLOSED) return false;
        if (seen > batch) return true;
        Atomics.wait(offers, 0, seen, pause);
      }
    },
    close: () => {
      Atomics.store(offers, 0, CLOSED);
      Atomics.notify(offers, 0);
    },
  };
}

// --- internal ---

interface SlotMemory extends ScanSlot {
  readonly state: Int32Array;
  readonly job: Float64Array;
}

const STATES: readonly ScanState[] = ['offered', 'taken', 'scanned', 'lost'];

const [SHAPES, TOKENS, HASHES] = roomForRows(MOST_MESSAGES, MOST_BYTES);
/** In the head stands how many batches were offered so far, and how many threads look for them. */
const HEAD = 64;
const SLOT = 64 + 4 * (2 * MOST_MESSAGES + SHAPES + TOKENS + HASHES);
const CLOSED = -1;
/**
 * Milliseconds after which a thread looks for offers again: to wake one that sleeps costs the one who offers a tenth
 * of a millisecond on a virtual machine, a good part of what a batch takes.
 */
const SHORTEST_PAUSE = 0.05;
const LONGEST_PAUSE = 5;

/** What a slot says of a batch; that of the batch before in the same slot is another number, and 0 none. */
function stateNumber(batch: number, state: ScanState): number {
  return (4 * (batch + 1) + STATES.indexOf(state)) | 0;
}

function slotAt(memory: SharedArrayBuffer, at: number): SlotMemory {
  let from = at + 64;
  const ints = (length: number): Int32Array => {
    from += 4 * length;
    return new Int32Array(memory, from - 4 * length, length);
  };
  return {
    state: new Int32Array(memory, at, 1),
    job: new Float64Array(memory, at + 8, 5),
    start: ints(MOST_MESSAGES),
    end: ints(MOST_MESSAGES),
    scanned: { shapes: ints(SHAPES), tokens: ints(TOKENS), hashes: ints(HASHES) },
  };
}
