import { createMoment } from '../time/clock.ts';
import { ctimeTimestamp, isoTimestamp } from '../time/timestamps.ts';
import { ascii, BLANK, CLOSE, COLON, isDigit, number, OPEN, skipBlanks, startsWith } from './bytes.ts';
import { type LineFormat, percent, shareOf } from './format.ts';
import { levelAt } from './levels.ts';

/**
 * Error logs of Apache (`[Wed Oct 11 14:32:52.123 2000] [core:error] [pid 35] [client ...] ...`,
 * also without module and process) and of nginx (`2023/05/01 10:00:00 [error] 12#34: *5 ...`).
 * The program is Apache's module. Source: Apache HTTP Server documentation, "Log Files".
 */
export const errorLogFormat: LineFormat = {
  name: 'error-log',
  detect: (sample) => {
    const moment = createMoment();
    const { bytes } = sample;
    const share = shareOf(sample, (start, end) => {
      if (bytes[start] !== OPEN) return nginxLevel(bytes, start, end, moment) > 0;
      return ctimeTimestamp(bytes, start + 1, end, moment) && apacheLevel(bytes, moment.next + 2, end).levelEnd > 0;
    });
    return {
      confidence: share * 0.95,
      reason: `${percent(share)} of the first lines have time and level as Apache's or nginx's error log`,
    };
  },
  prepare:
    () =>
    ({ clock, names }) => {
      const moment = createMoment();
      return {
        parse: (bytes, start, end, out) => {
          if (bytes[start] === OPEN) {
            if (!ctimeTimestamp(bytes, start + 1, end, moment) || bytes[moment.next] !== CLOSE) {
              out.wellFormed = false;
              return;
            }
            out.time = clock.resolve(moment);
            const { levelAt: from, levelEnd } = apacheLevel(bytes, moment.next + 2, end);
            if (levelEnd < 0) {
              out.wellFormed = false;
              return;
            }
            out.level = levelAt(bytes, from, isDigit(bytes[levelEnd - 1]) ? levelEnd - 1 : levelEnd);
            if (bytes[from - 1] === COLON) out.app = names.intern(bytes, moment.next + 3, from - 1);
            let p = skipBlanks(bytes, levelEnd + 1, end);
            if (startsWith(bytes, p, end, PID)) {
              const digits = digitsEnd(bytes, p + PID.length, end);
              out.pid = number(bytes, p + PID.length, digits);
              while (p < end && bytes[p] !== CLOSE) p++;
              p = skipBlanks(bytes, p + 1, end);
            }
            out.start = p;
            return;
          }
          const level = nginxLevel(bytes, start, end, moment);
          if (level < 0) {
            out.wellFormed = false;
            return;
          }
          out.time = clock.resolve(moment);
          let p = level;
          while (p < end && bytes[p] !== CLOSE) p++;
          out.level = levelAt(bytes, level, p);
          p = skipBlanks(bytes, p + 1, end);
          const pidEnd = digitsEnd(bytes, p, end);
          if (pidEnd > p && bytes[pidEnd] === HASH) {
            out.pid = number(bytes, p, pidEnd);
            p = digitsEnd(bytes, pidEnd + 1, end);
            if (bytes[p] === COLON) p++;
            p = skipBlanks(bytes, p, end);
            if (bytes[p] === STAR) p = skipBlanks(bytes, digitsEnd(bytes, p + 1, end), end);
          }
          out.start = Math.min(p, end);
        },
      };
    },
};

// --- internal ---

const HASH = 0x23;
const STAR = 0x2a;
const PID = ascii('[pid ');

/** Where the level stands in `[level]` or `[module:level]`; ends at -1 where there is none. */
function apacheLevel(bytes: Uint8Array, at: number, end: number): { levelAt: number; levelEnd: number } {
  let from = at + 1;
  if (bytes[at] === OPEN) {
    for (let p = at + 1; p < end && p < at + 64 && bytes[p] !== BLANK; p++) {
      if (bytes[p] === COLON) from = p + 1;
      else if (bytes[p] === CLOSE) {
        // Apache's finest levels are called trace1 to trace8.
        const to = isDigit(bytes[p - 1]) ? p - 1 : p;
        return { levelAt: from, levelEnd: levelAt(bytes, from, to) === 255 ? -1 : p };
      }
    }
  }
  return { levelAt: from, levelEnd: -1 };
}

/** First byte of nginx's level, -1 where the line does not begin as its error log does. */
function nginxLevel(bytes: Uint8Array, start: number, end: number, moment: ReturnType<typeof createMoment>): number {
  if (bytes[start + 4] !== 0x2f || !isoTimestamp(bytes, start, end, moment)) return -1;
  return bytes[moment.next] === BLANK && bytes[moment.next + 1] === OPEN ? moment.next + 2 : -1;
}

function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && isDigit(bytes[p])) p++;
  return p;
}
