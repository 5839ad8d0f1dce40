import type { Moment } from './clock.ts';
import { type TimestampShape, timestampShapes } from './timestamps.ts';

/** Finds timestamps at the beginning of lines. */
export interface LeadingTime {
  /**
   * Reads the timestamp that `bytes[start, end)` begins with, in brackets or not, into
   * `moment`; `moment.from` is then its first byte, that of its bracket where it has one, and
   * `moment.next` the first byte after it and its bracket.
   */
  read(bytes: Uint8Array, start: number, end: number, moment: Moment): boolean;
}

/** A finder that tries the shape of the line before first. */
export function createLeadingTime(): LeadingTime {
  let usual: TimestampShape | undefined;

  const readAt = (bytes: Uint8Array, at: number, end: number, moment: Moment): boolean => {
    if (usual?.(bytes, at, end, moment)) return true;
    if (!mayBegin(bytes[at])) return false;
    for (const shape of timestampShapes) {
      if (shape !== usual && shape(bytes, at, end, moment)) {
        usual = shape;
        return true;
      }
    }
    return false;
  };

  return {
    read: (bytes, start, end, moment) => {
      moment.epoch = Number.NaN;
      moment.from = start;
      const bracket = closing(bytes[start]);
      if (bracket === 0) return readAt(bytes, start, end, moment);
      if (!readAt(bytes, start + 1, end, moment)) return false;
      if (moment.next < end && bytes[moment.next] === bracket) moment.next++;
      return true;
    },
  };
}

// --- internal ---

/** Timestamps begin with a digit, or the capital of a month or day. */
function mayBegin(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a));
}

/** The bracket that closes an opening one, 0 for other bytes. */
function closing(byte: number | undefined): number {
  if (byte === 0x5b) return 0x5d;
  if (byte === 0x28) return 0x29;
  if (byte === 0x3c) return 0x3e;
  return 0;
}
