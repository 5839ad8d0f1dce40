/**
 * Masks: classes of text that vary from line to line and mean the same, such as
 * numbers and addresses. This file and `byteKind` below are the whole specification of
 * how a message becomes tokens; the fast scanner (`scanner.ts`) and the slow, obvious
 * one (`tokens.reference.ts`) both follow it:
 *
 * 1. A message is bytes. A byte is a word byte (ASCII letter or digit, or 0x80 and
 *    above), a blank (space, tab, LF, VT, FF, CR) or punctuation.
 * 2. From left to right: where the byte before is no word byte, the longest match of any
 *    mask is replaced by the mask, on equal lengths that of the rule that comes first. Of a
 *    mask that is no regular language it is the match that `RegExp` prefers at that place.
 *    A match must not end between two word bytes. Rules marked `opening` match
 *    only where the byte before is not one of `. _ - + @ % / \ ~` either.
 * 3. Where no mask matches, a run of word bytes, or one other byte, stands for itself.
 * 4. Blanks outside of masks separate tokens. So do the delimiters that a parser is given;
 *    they are blanks to every rule above.
 * 5. Bounds: of a message only the first `MAX_BYTES` bytes and `MAX_TOKENS - 1` tokens
 *    are looked at, and what is left becomes one last wildcard. A token with more than
 *    `MAX_LITERAL` bytes outside of masks is a wildcard.
 */
export interface MaskRule {
  /** Name in templates, without the brackets: `IP` is shown as `<IP>`. */
  readonly kind: string;
  /**
   * Regular expression over bytes: literals, classes, `.`, groups, `|`, `? * + {m,n}`,
   * and `(?=...)` at the very beginning. It must not match the empty string. Whatever else
   * `RegExp` knows is taken too, but makes scanning slower (`irregular-masks.ts`).
   */
  readonly pattern: string;
  /** The match starts a name: it is not looked for after a byte that joins names. */
  readonly opening?: boolean;
}

/** Bytes of a message that are looked at. */
export const MAX_BYTES = 8192;
/** Tokens of a message, the wildcard for the rest included. */
export const MAX_TOKENS = 250;
/** Bytes of a token outside of masks. */
export const MAX_LITERAL = 128;

/** What a byte is to the scanner. */
export type ByteKind = 'digit' | 'letter' | 'blank' | 'joiner' | 'punctuation';

/** The kind of a byte where these characters separate tokens too; digits and letters are word bytes. */
export function byteKind(byte: number, delimiters = ''): ByteKind {
  if (delimiters.includes(String.fromCharCode(byte))) return 'blank';
  if (byte >= 0x30 && byte <= 0x39) return 'digit';
  if (byte >= 0x80 || ((byte | 32) >= 0x61 && (byte | 32) <= 0x7a)) return 'letter';
  if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return 'blank';
  return '._-+@%/\\~'.includes(String.fromCharCode(byte)) ? 'joiner' : 'punctuation';
}

const HEX = '[0-9a-fA-F]';
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const CLOCK = '\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?';
const ZONE = '(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d))?';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const UNIT = '(?:ns|us|ms|s|secs?|m|mins?|h|d|[kKMGTP]i?[bB]?|[bB]|bytes)';
const IN_PATH = 'A-Za-z0-9_.@%+~$-';

/** The masks of every parser unless told otherwise, the most telling first. */
export const defaultMasks: readonly MaskRule[] = [
  // 2017-05-16T13:53:08.123+02:00, 2017/05/16 13:53:08, 2005-06-03-15.42.50.675872, 2017-05-16
  {
    kind: 'TIME',
    pattern: `\\d{4}[-/.]\\d\\d[-/.]\\d\\d(?:[T _-]\\d\\d[:.]\\d\\d(?:[:.]\\d\\d(?:[.,]\\d{1,9})?)?${ZONE})?`,
  },
  // Sun Dec 04 04:47:44 2005, Dec  4 04:47:44
  { kind: 'TIME', pattern: `(?:${DAY},? )?${MONTH} [ \\d]?\\d (?:\\d{4} )?${CLOCK}(?: (?:[A-Z]{3,4} )?\\d{4})?` },
  // 04/Dec/2005:04:47:44 +0100
  { kind: 'TIME', pattern: `\\d\\d/${MONTH}/\\d{4}(?::${CLOCK}${ZONE})?` },
  // 17/06/09 20:10:40
  { kind: 'TIME', pattern: `\\d\\d/\\d\\d/\\d\\d(?:\\d\\d)?(?: ${CLOCK})?` },
  { kind: 'TIME', pattern: CLOCK },
  { kind: 'UUID', pattern: `${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}` },
  // EUI-48, EUI-64, InfiniBand, and the Ethernet header of 14 bytes that netfilter prints
  { kind: 'MAC', pattern: `${HEX}{2}(?::${HEX}{2}){5}(?::${HEX}{2})*` },
  { kind: 'MAC', pattern: `${HEX}{2}(?:-${HEX}{2}){5}` },
  { kind: 'IP', pattern: IPV4 },
  // RFC 4291: all eight groups, `::` inside, `::` in front
  { kind: 'IP', opening: true, pattern: `(?:${HEX}{1,4}:){7}${HEX}{1,4}` },
  {
    kind: 'IP',
    opening: true,
    pattern: `(?:\\d${HEX}{0,3}|[fF]${HEX}{3})(?::${HEX}{1,4}){0,5}:(?::${HEX}{1,4}){1,6}`,
  },
  { kind: 'IP', opening: true, pattern: `::(?:[fF]{4}:)?${IPV4}|::(?:${HEX}{1,4}:){0,6}\\d${HEX}{0,3}` },
  { kind: 'URL', opening: true, pattern: '[A-Za-z][A-Za-z0-9+.-]*://[^\\s"\'<>()\\[\\]{},;]*[A-Za-z0-9/_=&%#-]' },
  { kind: 'EMAIL', opening: true, pattern: '[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+' },
  {
    kind: 'PATH',
    opening: true,
    pattern: `(?:~|\\.\\.?)?/(?:[A-Za-z_]|\\.[A-Za-z])(?:[${IN_PATH}/]*[A-Za-z0-9_/])?`,
  },
  { kind: 'PATH', opening: true, pattern: `[A-Za-z]:\\\\(?:[${IN_PATH}\\\\]*[A-Za-z0-9_\\\\])?` },
  { kind: 'PATH', opening: true, pattern: `\\\\\\\\[A-Za-z0-9](?:[${IN_PATH}\\\\]*[A-Za-z0-9_\\\\])?` },
  { kind: 'BLOCK', pattern: 'blk_-?\\d+' },
  { kind: 'HEX', pattern: `0[xX]${HEX}+` },
  { kind: 'NUM', pattern: `-?\\d+(?:\\.\\d+)*${UNIT}?` },
  { kind: 'HEX', pattern: `(?=${HEX}*\\d)(?=${HEX}*[a-fA-F])${HEX}{6,}` },
  // user42, R02, i386; but ssh2 and eth0 are names
  { kind: 'ID', pattern: '(?=[A-Za-z]*\\d[A-Za-z]*\\d)(?=\\d*[A-Za-z])[A-Za-z0-9]+' },
];
