import { LEVEL_UNKNOWN } from '../../types.ts';
import { createMoment, type Moment } from '../time/clock.ts';
import { isoTimestamp, syslogTimestamp } from '../time/timestamps.ts';
import { afterPriority, ascii, isDigit, number, severityOf, skipBlanks, startsWith, wordEnd } from './bytes.ts';
import { type LineFormat, percent, type Row, shareOf } from './format.ts';
import { LONGEST_TAG, rfc3164Code } from './rfc3164-code.ts';

/**
 * BSD syslog (RFC 3164): an optional `<PRI>`, the time, the host, the program with or
 * without its process id, the message. Also rsyslog's variant with an ISO 8601 time,
 * lines without a host, tags such as `sshd(pam_unix)[123]:`, and
 * `message repeated N times: [ ... ]`, which stands for N events.
 */
export const rfc3164Format: LineFormat = {
  name: 'rfc3164',
  detect: (sample) => {
    const moment = createMoment();
    const share = shareOf(sample, (start, end) => {
      const at = afterPriority(sample.bytes, start, end);
      const known = readTime(sample.bytes, at, end, moment);
      return known && sample.bytes[moment.next] === 0x20 && hasTag(sample.bytes, moment.next + 1, end);
    });
    return {
      confidence: share * 0.95,
      reason: `${percent(share)} of the first lines have a syslog time, a host and a program`,
    };
  },
  prepare:
    () =>
    ({ clock, names }) => {
      const moment = createMoment();
      let hasTime = false;
      return {
        fast: {
          code: rfc3164Code,
          clock,
          levelAt: () => LEVEL_UNKNOWN,
          timestamp: () => (hasTime ? moment : undefined),
        },
        parse: (bytes, start, end, out) => {
          hasTime = false;
          const at = afterPriority(bytes, start, end);
          if (!readTime(bytes, at, end, moment)) {
            out.wellFormed = false;
            return;
          }
          out.time = clock.resolve(moment);
          hasTime = !Number.isNaN(out.time);
          if (at > start) out.level = severityOf(bytes, start, at);

          let p = skipBlanks(bytes, moment.next, end);
          const hostEnd = wordEnd(bytes, p, end);
          // Without a host the first word is the tag, and only a tag has a colon or brackets.
          if (hostEnd < end && !looksLikeTag(bytes, p, hostEnd)) {
            out.host = names.intern(bytes, p, hostEnd);
            p = skipBlanks(bytes, hostEnd, end);
          }
          out.start = p;

          const tag = tagEnd(bytes, p, end);
          if (tag > p) {
            out.app = names.intern(bytes, p, tag);
            let q = tag;
            if (bytes[q] === 0x5b) {
              q = closeOf(bytes, q, end);
              out.pid = number(bytes, tag + 1, q);
              q++;
            }
            if (q < end && bytes[q] === 0x3a) q++;
            if (q < end && bytes[q] === 0x20) q++;
            out.start = q;
          }
          unfoldRepeat(bytes, end, out);
        },
      };
    },
};

// --- internal ---

/** A BSD timestamp, or RFC 3339 as rsyslog writes it: with `T` and zone, which application logs rarely have. */
function readTime(bytes: Uint8Array, at: number, end: number, moment: Moment): boolean {
  moment.from = at;
  if (syslogTimestamp(bytes, at, end, moment)) return true;
  return bytes[at + 10] === 0x54 && isoTimestamp(bytes, at, end, moment) && !Number.isNaN(moment.offset);
}

/** End of the program's name at `p`, or `p` where there is no tag. */
function tagEnd(bytes: Uint8Array, p: number, end: number): number {
  const limit = Math.min(end, p + LONGEST_TAG);
  for (let i = p; i < limit; i++) {
    const byte = bytes[i]!;
    if (byte === 0x20) return p;
    if (byte === 0x3a && (i + 1 === end || bytes[i + 1] === 0x20)) return i;
    if (byte === 0x5b) {
      const close = closeOf(bytes, i, end);
      return i > p && close < end && (close + 1 === end || bytes[close + 1] === 0x3a || bytes[close + 1] === 0x20)
        ? i
        : p;
    }
  }
  return p;
}

function hasTag(bytes: Uint8Array, p: number, end: number): boolean {
  const first = wordEnd(bytes, p, end);
  const second = skipBlanks(bytes, first, end);
  return looksLikeTag(bytes, p, first) || tagEnd(bytes, second, end) > second;
}

/** A word that ends in a colon or has brackets: a tag, no host. */
function looksLikeTag(bytes: Uint8Array, start: number, end: number): boolean {
  const last = bytes[end - 1];
  return last === 0x3a || (last === 0x5d && bytes[start] !== 0x5b);
}

/** Sets message and repeat of `message repeated N times: [ X]`. */
function unfoldRepeat(bytes: Uint8Array, end: number, out: Row): void {
  const start = out.start;
  if (bytes[start] !== 0x6d || bytes[end - 1] !== 0x5d || !startsWith(bytes, start, end, REPEATED)) return;
  let p = start + REPEATED.length;
  const digitsAt = p;
  while (p < end && isDigit(bytes[p]!)) p++;
  if (p === digitsAt || !startsWith(bytes, p, end, TIMES)) return;
  const count = number(bytes, digitsAt, p);
  if (count < 1 || count > 1_000_000) return;
  out.repeat = count;
  out.start = skipBlanks(bytes, p + TIMES.length, end - 1);
  out.end = end - 1;
}

const REPEATED = ascii('message repeated ');
const TIMES = ascii(' times: [');

/** Position of the `]` that closes the bracket at `open`, `end` where there is none nearby. */
function closeOf(bytes: Uint8Array, open: number, end: number): number {
  const limit = Math.min(end, open + LONGEST_TAG);
  for (let i = open + 1; i < limit; i++) if (bytes[i] === 0x5d) return i;
  return end;
}
