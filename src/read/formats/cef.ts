import { decodeUtf8 } from '../../util/utf8.ts';
import { afterPriority, ascii, isDigit, startsWith } from './bytes.ts';
import { entityKindOf } from './entity-fields.ts';
import { addEntity, type LineFormat, percent, setMessage, shareOf } from './format.ts';
import { createFieldTime, oneLine } from './json-line.ts';
import { levelOf } from './levels.ts';
import { rfc3164Format } from './rfc3164.ts';
import { rfc5424Format } from './rfc5424.ts';

/**
 * ArcSight's Common Event Format, bare or within syslog:
 * `CEF:0|Vendor|Product|Version|Class|Name|Severity|key=value ...`. The message is name
 * and `msg`, the program the product; times of the extension go before those of syslog.
 * Source: "ArcSight Common Event Format Implementation Standard", version 25.
 */
export const cefFormat: LineFormat = {
  name: 'cef',
  detect: (sample) => {
    const share = shareOf(sample, (start, end) => cefAt(sample.bytes, start, end) >= 0);
    return { confidence: share * 0.98, reason: `${percent(share)} of the first lines hold a CEF header` };
  },
  prepare: (sample, options) => {
    const openBsd = rfc3164Format.prepare(sample, options);
    const openIetf = rfc5424Format.prepare(sample, options);
    return (context) => {
      const bsd = openBsd(context);
      const ietf = openIetf(context);
      const timeOf = createFieldTime(context.clock);
      return {
        parse: (bytes, start, end, out) => {
          const at = cefAt(bytes, start, end);
          if (at < 0) {
            out.wellFormed = false;
            return;
          }
          if (at > start) {
            const version = afterPriority(bytes, start, end);
            (isDigit(bytes[version]) && version > start ? ietf : bsd).parse(bytes, start, end, out);
            out.wellFormed = true;
            out.start = start;
            out.end = end;
          }
          const { head, extension } = headerOf(decodeUtf8(bytes, at + 4, end));
          const [, , product, , , name, severity] = head;
          if (product === undefined || name === undefined || severity === undefined) {
            out.start = at;
            out.wellFormed = false;
            return;
          }
          const fields = extensionOf(extension);
          for (const field of ['rt', 'end', 'start']) {
            const time = timeOf(fields.get(field));
            if (!Number.isNaN(time)) {
              out.time = time;
              break;
            }
          }
          out.level = levelOfSeverity(severity);
          const host = fields.get('dvchost') ?? fields.get('deviceHostName');
          if (host !== undefined) out.host = context.names.text(host);
          out.app = context.names.text(product);
          for (const [field, value] of fields) {
            const kind = entityKindOf(field);
            if (kind) addEntity(out, kind, value);
          }
          const message = fields.get('msg') ?? fields.get('message');
          setMessage(out, oneLine(message === undefined ? name : `${name}: ${message}`));
        },
      };
    };
  },
};

// --- internal ---

const LONGEST_FRONT = 512;
const CEF = ascii('CEF:');

function cefAt(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end - 6, start + LONGEST_FRONT);
  for (let p = start; p <= limit; p++) {
    if (
      bytes[p] === 0x43 &&
      startsWith(bytes, p, end, CEF) &&
      isDigit(bytes[p + 4]) &&
      (p === start || bytes[p - 1] === 0x20)
    )
      return p;
  }
  return -1;
}

/** The seven fields before the extension, unescaped. */
function headerOf(text: string): { head: string[]; extension: string } {
  const head: string[] = [];
  let field = '';
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    if (letter === '\\' && i + 1 < text.length) field += text.charAt(++i);
    else if (letter !== '|') field += letter;
    else {
      head.push(field);
      field = '';
      if (head.length === 7) return { head, extension: text.slice(i + 1) };
    }
  }
  return { head, extension: '' };
}

/** Values reach to the last blank before the next `key=`. */
function extensionOf(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  const keys = [...text.matchAll(/(?:^|\s)([\w.[\]-]+)(?<!\\)=/g)];
  keys.forEach((match, i) => {
    const value = text.slice(match.index + match[0].length, keys[i + 1]?.index ?? text.length).trim();
    fields.set(
      match[1] ?? '',
      value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' || letter === 'r' ? '\n' : letter)),
    );
  });
  return fields;
}

/** 0 to 10, or Unknown, Low, Medium, High, Very-High. */
function levelOfSeverity(severity: string): number {
  const number = Number(severity);
  if (severity.trim() === '' || Number.isNaN(number)) {
    const words: Readonly<Record<string, number>> = { low: 6, medium: 4, high: 3, 'very-high': 2 };
    return words[severity.trim().toLowerCase()] ?? levelOf(severity);
  }
  if (number >= 9) return 2;
  if (number >= 7) return 3;
  return number >= 4 ? 4 : 6;
}
