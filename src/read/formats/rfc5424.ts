import { decodeUtf8 } from '../../util/utf8.ts';
import { createMoment } from '../time/clock.ts';
import { isoTimestamp } from '../time/timestamps.ts';
import {
  afterPriority,
  BACKSLASH,
  BLANK,
  CLOSE,
  DASH,
  isDigit,
  number,
  OPEN,
  QUOTE,
  severityOf,
  skipBlanks,
  wordEnd,
} from './bytes.ts';
import { entityKindOf } from './entity-fields.ts';
import { addEntity, type LineFormat, percent, type Row, shareOf } from './format.ts';

/**
 * Syslog as RFC 5424 has it: `<PRI>VERSION TIMESTAMP HOST APP PROCID MSGID [SD] MSG`.
 * Without a message, the structured data is it. Structured data that is cut off or
 * wrongly escaped makes the line malformed: the header counts, the rest is the message.
 */
export const rfc5424Format: LineFormat = {
  name: 'rfc5424',
  detect: (sample) => {
    const moment = createMoment();
    const share = shareOf(sample, (start, end) => {
      const at = afterVersion(sample.bytes, start, end);
      return at > 0 && (sample.bytes[at] === DASH || isoTimestamp(sample.bytes, at, end, moment));
    });
    return { confidence: share * 0.97, reason: `${percent(share)} of the first lines have the header of RFC 5424` };
  },
  prepare:
    () =>
    ({ clock, names }) => {
      const moment = createMoment();
      const intern = (bytes: Uint8Array, start: number, end: number): number =>
        isNil(bytes, start, end) ? -1 : names.intern(bytes, start, end);
      return {
        parse: (bytes, start, end, out) => {
          let p = afterVersion(bytes, start, end);
          if (p < 0) {
            out.wellFormed = false;
            return;
          }
          const timeEnd = wordEnd(bytes, p, end);
          if (!isNil(bytes, p, timeEnd)) {
            if (!isoTimestamp(bytes, p, end, moment)) {
              out.wellFormed = false;
              return;
            }
            out.time = clock.resolve(moment);
          }
          out.level = severityOf(bytes, start, afterPriority(bytes, start, end));
          const host = skipBlanks(bytes, timeEnd, end);
          const hostEnd = wordEnd(bytes, host, end);
          out.host = intern(bytes, host, hostEnd);
          const app = skipBlanks(bytes, hostEnd, end);
          const appEnd = wordEnd(bytes, app, end);
          out.app = intern(bytes, app, appEnd);
          const process = skipBlanks(bytes, appEnd, end);
          const processEnd = wordEnd(bytes, process, end);
          out.pid = number(bytes, process, processEnd);
          const kind = skipBlanks(bytes, processEnd, end);
          p = skipBlanks(bytes, wordEnd(bytes, kind, end), end);

          const data = p;
          const after = bytes[p] === DASH ? p + 1 : structuredData(bytes, p, end, out);
          if (after < 0 || (after < end && bytes[after] !== BLANK)) {
            out.start = data;
            out.wellFormed = false;
            return;
          }
          p = Math.min(after + 1, end);
          if (bytes[p] === 0xef && bytes[p + 1] === 0xbb && bytes[p + 2] === 0xbf && p + 3 <= end) p += 3;
          out.start = p < end ? p : data;
        },
      };
    },
};

// --- internal ---

/** First byte of the timestamp, -1 where the line does not begin with priority and version. */
function afterVersion(bytes: Uint8Array, start: number, end: number): number {
  const version = afterPriority(bytes, start, end);
  if (version === start || version + 2 >= end || !isDigit(bytes[version])) return -1;
  const after = isDigit(bytes[version + 1]) ? version + 2 : version + 1;
  return bytes[after] === BLANK ? after + 1 : -1;
}

function isNil(bytes: Uint8Array, start: number, end: number): boolean {
  return end <= start || (end === start + 1 && bytes[start] === DASH);
}

/** First byte after the elements `[id name="value" ...]` at `at`, -1 where they are broken. */
function structuredData(bytes: Uint8Array, at: number, end: number, out: Row): number {
  let p = at;
  if (bytes[p] !== OPEN) return -1;
  while (p < end && bytes[p] === OPEN) {
    p++;
    while (p < end && bytes[p] !== BLANK && bytes[p] !== CLOSE) p++;
    while (p < end && bytes[p] === BLANK) {
      const nameAt = p + 1;
      p = nameAt;
      while (p < end && bytes[p] !== 0x3d && bytes[p] !== CLOSE && bytes[p] !== BLANK) p++;
      const nameEnd = p;
      if (bytes[p] !== 0x3d || bytes[p + 1] !== QUOTE) return -1;
      p += 2;
      const valueAt = p;
      while (p < end && bytes[p] !== QUOTE && bytes[p] !== CLOSE) p += bytes[p] === BACKSLASH ? 2 : 1;
      // RFC 5424 section 6.3.3: a quote and a bracket within a value must be escaped.
      if (p >= end || bytes[p] !== QUOTE) return -1;
      const kind = entityKindOf(decodeUtf8(bytes, nameAt, nameEnd));
      if (kind) addEntity(out, kind, decodeUtf8(bytes, valueAt, p).replace(/\\(["\\\]])/g, '$1'));
      p++;
    }
    if (p >= end || bytes[p] !== CLOSE) return -1;
    p++;
  }
  return p;
}
