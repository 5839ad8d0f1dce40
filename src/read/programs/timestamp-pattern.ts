import type { Moment, Stretch } from '../time/clock.ts';
import { BLOCK_LAYOUT, type BlockMemory } from './block-memory.ts';

/** Where the pattern of a timestamp stands in the memory of a block; 32 bits each where nothing else is said. */
export const TIMESTAMP = {
  /** Date and all else before the time of day, and as many ones; 16 bytes each. */
  head: BLOCK_LAYOUT.timestamp,
  headMask: BLOCK_LAYOUT.timestamp + 16,
  /** Zone or year behind the time of day, and as many ones; 16 bytes each. */
  tail: BLOCK_LAYOUT.timestamp + 32,
  tailMask: BLOCK_LAYOUT.timestamp + 48,
  /** What was read, and what is added to the milliseconds since midnight; 64 bits each. */
  time: BLOCK_LAYOUT.timestamp + 64,
  base: BLOCK_LAYOUT.timestamp + 72,
  kind: BLOCK_LAYOUT.timestamp + 80,
  headLength: BLOCK_LAYOUT.timestamp + 84,
  tailLength: BLOCK_LAYOUT.timestamp + 88,
  /** Bytes from hour to minute, and the byte between them, 0 for none. */
  gap: BLOCK_LAYOUT.timestamp + 92,
  separator: BLOCK_LAYOUT.timestamp + 96,
  /** 1 where a fraction of a second may stand. */
  fraction: BLOCK_LAYOUT.timestamp + 100,
  follow: BLOCK_LAYOUT.timestamp + 104,
  /** The bracket that may close the timestamp, 0 for none. */
  bracket: BLOCK_LAYOUT.timestamp + 108,
  /** Milliseconds since midnight for which `base` holds. */
  from: BLOCK_LAYOUT.timestamp + 112,
  to: BLOCK_LAYOUT.timestamp + 116,
} as const;

/** Kinds of patterns. */
export const KIND = { none: 0, clock: 1, epoch: 2 } as const;

/** What must not follow: otherwise the timestamp would be another one. */
export const FOLLOWED_BY = { anything: 0, noWord: 1, noZone: 2, noYear: 3 } as const;

/** Tells the program of the timestamps of one source. */
export interface TimestampPattern {
  /** Takes the timestamp that was just read from the block as the pattern of those that follow. */
  learn(moment: Moment, stretch: Stretch): void;
  /** Forgets it. */
  clear(): void;
}

/** The pattern in the memory of a block. */
export function createTimestampPattern({ bytes, ints, doubles, octets }: BlockMemory): TimestampPattern {
  const head = octets(TIMESTAMP.head, 16);
  const headMask = octets(TIMESTAMP.headMask, 16);
  const tail = octets(TIMESTAMP.tail, 16);
  const tailMask = octets(TIMESTAMP.tailMask, 16);
  const base = doubles(TIMESTAMP.base, 1);
  const settings = ints(TIMESTAMP.kind, (TIMESTAMP.to - TIMESTAMP.kind) / 4 + 1);
  const set = (place: number, value: number): void => {
    settings[(place - TIMESTAMP.kind) / 4] = value;
  };
  const copy = (to: Uint8Array, mask: Uint8Array, from: number, length: number): void => {
    for (let i = 0; i < 16; i++) {
      to[i] = i < length ? bytes[from + i]! : 0;
      mask[i] = i < length ? 0xff : 0;
    }
  };

  return {
    clear: () => set(TIMESTAMP.kind, KIND.none),
    learn: (moment, stretch) => {
      const { from, clock, next } = moment;
      const bracket = CLOSING.get(bytes[from]!) ?? 0;
      const behind = bracket !== 0 && bytes[next - 1] === bracket ? next - 1 : next;
      set(TIMESTAMP.kind, KIND.none);
      set(TIMESTAMP.bracket, bracket);
      if (!Number.isNaN(moment.epoch)) {
        set(TIMESTAMP.headLength, bracket === 0 ? 0 : 1);
        set(TIMESTAMP.kind, KIND.epoch);
        return;
      }
      const separated = !isDigit(bytes[clock + 2]!);
      const clockEnd = clock + (separated ? 8 : 6);
      const tailFrom = separated ? fractionEnd(bytes, clockEnd, behind) : clockEnd;
      const follow = followOf(moment, bytes, tailFrom, behind);
      if (clock - from > 16 || behind - tailFrom > 16 || follow === undefined) return;
      copy(head, headMask, from, clock - from);
      copy(tail, tailMask, tailFrom, behind - tailFrom);
      set(TIMESTAMP.headLength, clock - from);
      set(TIMESTAMP.tailLength, behind - tailFrom);
      set(TIMESTAMP.gap, separated ? 3 : 2);
      set(TIMESTAMP.separator, separated ? bytes[clock + 2]! : 0);
      set(TIMESTAMP.fraction, separated ? 1 : 0);
      set(TIMESTAMP.follow, follow);
      set(TIMESTAMP.from, stretch.from);
      set(TIMESTAMP.to, stretch.to);
      base[0] = stretch.base;
      set(TIMESTAMP.kind, KIND.clock);
    },
  };
}

// --- internal ---

/** Brackets around timestamps; see `time/leading-time.ts`. */
const CLOSING: ReadonlyMap<number, number> = new Map([
  [0x5b, 0x5d],
  [0x28, 0x29],
  [0x3c, 0x3e],
]);

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** End of the fraction of a second at `at`, `at` where there is none. */
function fractionEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || (bytes[at] !== 0x2e && bytes[at] !== 0x2c) || !isDigit(bytes[at + 1]!)) return at;
  let p = at + 1;
  while (p < end && isDigit(bytes[p]!)) p++;
  return p;
}

/** What must not follow a timestamp whose zone or year is `bytes[from, end)`; `undefined` where more than that counts. */
function followOf({ follow }: Moment, bytes: Uint8Array, from: number, end: number): number | undefined {
  if (from === end) {
    if (follow === 'zone') return FOLLOWED_BY.noZone;
    if (follow === 'year') return FOLLOWED_BY.noYear;
    return follow === 'word' ? FOLLOWED_BY.noWord : FOLLOWED_BY.anything;
  }
  if (follow !== 'zone' || bytes[from] === 0x5a) return FOLLOWED_BY.noWord;
  // A zone of hours alone would take minutes that follow it.
  return end - from >= 5 ? FOLLOWED_BY.anything : undefined;
}
