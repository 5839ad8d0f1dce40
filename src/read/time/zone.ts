import { CaracalError } from '../../errors.ts';

/** Milliseconds of a quarter of an hour. */
export const QUARTER = 900_000;

/** Turns a wall clock into points in time. */
export interface Zone {
  /** Its offset never changes; else it changes on quarters of an hour. */
  readonly steady: boolean;
  /** Epoch milliseconds of a wall clock given as if it were UTC. */
  toUtc(local: number): number;
}

/**
 * A time zone from an IANA name (`Europe/Berlin`), `UTC`, or an offset (`+02:00`,
 * `-0530`). A wall clock that a change of summer time repeats means its first pass.
 *
 * @throws CaracalError `E_USAGE` for a zone that does not exist
 */
export function createZone(name: string): Zone {
  if (/^(utc|gmt|z)$/i.test(name)) return { steady: true, toUtc: (local) => local };
  const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(name);
  if (fixed) {
    const offset = (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
    return { steady: true, toUtc: (local) => local - offset };
  }
  const offsetAt = offsetsOf(name);
  // Offsets change at most on quarters of an hour: one look-up serves a quarter's lines.
  let quarter = Number.NaN;
  let offset = 0;
  return {
    steady: false,
    toUtc: (local) => {
      const q = Math.floor(local / QUARTER);
      if (q !== quarter) {
        quarter = q;
        const before = offsetAt(local - offsetAt(local - 86_400_000));
        offset = offsetAt(local - before) === before ? before : offsetAt(local - offsetAt(local));
      }
      return local - offset;
    },
  };
}

// --- internal ---

function offsetsOf(name: string): (utc: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new CaracalError(
      'E_USAGE',
      `No time zone is called "${name}". Give an IANA name such as Europe/Berlin, UTC, or an offset such as +02:00.`,
      { timezone: name },
      { cause },
    );
  }
  return (utc) => {
    const part = new Map(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
    const get = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
    const local = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
    return local - Math.floor(utc / 1000) * 1000;
  };
}
