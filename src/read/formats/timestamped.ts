import { createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import { DASH, isDigit, number, skipSpace, tokenEnd } from './bytes.ts';
import { type LineFormat, percent, type Row } from './format.ts';
import { groupEnd, type HeaderPart, headerText, learnHeader, splitComponent } from './header-layout.ts';
import { levelAt } from './levels.ts';

/**
 * A header with a timestamp, as most programs write it, then the message:
 * `2017-05-16 00:00:00.008 INFO [main] app.Server: ...`, `081109 203531 145 INFO ...`.
 * Which parts the header has is learned from the first lines; a part that a line does
 * not have ends its header there. Without any part but the time, the message starts
 * after the timestamp and the brackets around it.
 */
export const timestampedFormat: LineFormat = {
  name: 'timestamped',
  detect: (sample) => {
    const { parts, share } = learnHeader(sample);
    return {
      confidence: share * 0.8,
      reason: `${percent(share)} of the first lines have the header ${headerText(parts)}`,
    };
  },
  prepare: (sample) => {
    const { parts } = learnHeader(sample);
    return ({ clock, names }) => {
      const leading = createLeadingTime();
      const moment = createMoment();

      /** First byte after a part at `p`, -1 where the line has another there. */
      const read = (part: HeaderPart, bytes: Uint8Array, p: number, end: number, out: Row): number => {
        switch (part) {
          case 'pid':
          case 'number': {
            let q = bytes[p] === DASH ? p + 1 : p;
            while (q < end && isDigit(bytes[q])) q++;
            if (q === p || (q < end && q !== tokenEnd(bytes, q, end))) return -1;
            if (part === 'pid') out.pid = number(bytes, p, q);
            return q;
          }
          case 'other-time':
            return leading.read(bytes, p, end, moment) ? moment.next : -1;
          case 'group':
            return groupEnd(bytes, p, end);
          case 'level': {
            const q = tokenEnd(bytes, p, end);
            let from = p;
            let to = q;
            while (from < to && !isLetter(bytes[from])) from++;
            while (to > from && !isLetter(bytes[to - 1])) to--;
            out.level = levelAt(bytes, from, to);
            return q > p ? q : -1;
          }
          case 'component': {
            const q = tokenEnd(bytes, p, end);
            const nameEnd = splitComponent(bytes, p, q, out);
            if (nameEnd < 0) return -1;
            out.app = names.intern(bytes, p, nameEnd);
            return q;
          }
          default: {
            const q = tokenEnd(bytes, p, end);
            if (part === 'host') out.host = names.intern(bytes, p, q);
            else if (part === 'name') out.app = names.intern(bytes, p, q);
            return q > p ? q : -1;
          }
        }
      };

      return {
        parse: (bytes, start, end, out) => {
          let p = start;
          for (const part of parts) {
            const at = skipSpace(bytes, p, end);
            if (part === 'time') {
              if (!leading.read(bytes, at, end, moment)) {
                out.wellFormed = false;
                out.host = -1;
                out.app = -1;
                return;
              }
              out.time = clock.resolve(moment);
              p = moment.next;
              continue;
            }
            const next = read(part, bytes, at, end, out);
            if (next < 0) break;
            p = next;
          }
          out.start = skipSpace(bytes, p, end);
        },
      };
    };
  },
};

// --- internal ---

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 32) >= 0x61 && (byte | 32) <= 0x7a;
}
