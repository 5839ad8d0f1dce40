import { createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import { isDigit, number, skipSpace, tokenEnd } from './bytes.ts';
import { type LineFormat, percent } from './format.ts';
import { groupEnd, headerText, learnHeader, splitComponent } from './header-layout.ts';
import { levelAt } from './levels.ts';
import { timestampedCode } from './timestamped-code.ts';

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
      let hasTime = false;
      return {
        fast: {
          code: timestampedCode(parts),
          clock,
          levelAt: levelWithin,
          timestamp: () => (hasTime ? moment : undefined),
        },
        parse: (bytes, start, end, out) => {
          hasTime = false;
          let p = start;
          for (let i = 0; i < parts.length; i++) {
            const part = parts[i]!;
            p = skipSpace(bytes, p, end);
            const from = p;
            switch (part) {
              case 'skip':
                p = tokenEnd(bytes, p, end);
                break;
              case 'time':
                if (!leading.read(bytes, p, end, moment)) {
                  out.wellFormed = false;
                  out.host = -1;
                  return;
                }
                out.time = clock.resolve(moment);
                hasTime = !Number.isNaN(out.time);
                p = moment.next;
                break;
              case 'pid':
              case 'number':
                if (bytes[p] === 0x2d) p++;
                while (p < end && isDigit(bytes[p])) p++;
                if (tokenEnd(bytes, p, end) !== p) p = from;
                else if (part === 'pid') out.pid = number(bytes, from, p);
                break;
              case 'level':
                p = tokenEnd(bytes, p, end);
                out.level = levelWithin(bytes, from, p);
                break;
              case 'group':
                p = Math.max(p, groupEnd(bytes, p, end));
                break;
              case 'component': {
                p = tokenEnd(bytes, p, end);
                const nameEnd = splitComponent(bytes, from, p, out);
                if (nameEnd < 0) p = from;
                else out.app = names.intern(bytes, from, nameEnd);
                break;
              }
              default:
                p = tokenEnd(bytes, p, end);
                if (p === from) break;
                if (part === 'host') out.host = names.intern(bytes, from, p);
                else out.app = names.intern(bytes, from, p);
            }
            // Here the line has something else: its header ends, the message begins.
            if (p === from) break;
          }
          out.start = skipSpace(bytes, p, end);
        },
      };
    };
  },
};

// --- internal ---

/** Severity that a word stands for, brackets and other signs around it left out. */
function levelWithin(bytes: Uint8Array, start: number, end: number): number {
  let first = start;
  let last = end;
  while (first < last && !isLetter(bytes[first]!)) first++;
  while (last > first && !isLetter(bytes[last - 1]!)) last--;
  return levelAt(bytes, first, last);
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 0x61 && (byte | 32) <= 0x7a;
}
