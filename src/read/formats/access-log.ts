import { decodeUtf8 } from '../../util/utf8.ts';
import { createMoment } from '../time/clock.ts';
import { clfTimestamp } from '../time/timestamps.ts';
import { BACKSLASH, BLANK, CLOSE, DASH, number, OPEN, QUOTE, wordEnd } from './bytes.ts';
import { addEntity, type LineFormat, percent, shareOf } from './format.ts';
import { levelOfStatus } from './levels.ts';

/**
 * Access logs of web servers, common and combined, also with the virtual host in front:
 * `203.0.113.9 - alice [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 2326 "..." "..."`.
 * The message is request, status and size; referrer and browser stay in the raw line.
 * Source: Apache HTTP Server documentation, "Log Files".
 */
export const accessLogFormat: LineFormat = {
  name: 'access-log',
  detect: (sample) => {
    const moment = createMoment();
    const share = shareOf(sample, (start, end) => {
      const at = bracketOf(sample.bytes, start, end);
      return at > 0 && clfTimestamp(sample.bytes, at + 1, end, moment) && sample.bytes[moment.next + 2] === QUOTE;
    });
    return {
      confidence: share * 0.97,
      reason: `${percent(share)} of the first lines have client, time in brackets and a quoted request`,
    };
  },
  prepare:
    () =>
    ({ clock, names }) => {
      const moment = createMoment();
      return {
        parse: (bytes, start, end, out) => {
          const bracket = bracketOf(bytes, start, end);
          if (
            bracket < 0 ||
            !clfTimestamp(bytes, bracket + 1, end, moment) ||
            bytes[moment.next] !== CLOSE ||
            bytes[moment.next + 2] !== QUOTE
          ) {
            out.wellFormed = false;
            return;
          }
          out.time = clock.resolve(moment);
          out.start = moment.next + 2;

          let client = start;
          let clientEnd = wordEnd(bytes, start, bracket);
          let user = wordEnd(bytes, clientEnd + 1, bracket) + 1;
          // With the virtual host in front there are four words.
          const third = wordEnd(bytes, user, bracket);
          if (third < bracket - 1 && third === user + 1 && bytes[user] === DASH) {
            out.host = names.intern(bytes, start, clientEnd);
            client = clientEnd + 1;
            clientEnd = wordEnd(bytes, client, bracket);
            user = third + 1;
          }
          addEntity(out, 'address', decodeUtf8(bytes, client, clientEnd));
          if (bytes[user] !== DASH) addEntity(out, 'user', decodeUtf8(bytes, user, bracket - 1));

          let p = out.start + 1;
          while (p < end && bytes[p] !== QUOTE) p += bytes[p] === BACKSLASH ? 2 : 1;
          if (p >= end) {
            out.wellFormed = false;
            return;
          }
          const status = number(bytes, p + 2, p + 5);
          if (status > 0) out.level = levelOfStatus(status);
          out.end = wordEnd(bytes, Math.min(end, p + 6), end);
        },
      };
    },
};

// --- internal ---

const LONGEST_FRONT = 512;

/** Place of the `[` before the time: after at least three words. */
function bracketOf(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + LONGEST_FRONT);
  let blanks = 0;
  for (let p = start; p < limit; p++) {
    if (bytes[p] === BLANK) blanks++;
    else if (bytes[p] === OPEN && bytes[p - 1] === BLANK) return blanks >= 3 ? p : -1;
  }
  return -1;
}
