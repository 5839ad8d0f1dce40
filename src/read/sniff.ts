import { isUtf8 } from 'node:buffer';
import type { SampleLines } from './formats/format.ts';

/** Bytes at the beginning of an input that decide its format. */
export const SNIFF_BYTES = 64 * 1024;
const SNIFF_LINES = 200;
const TAR_MAGIC = [...'ustar'].map((letter) => letter.charCodeAt(0));

/**
 * Whether these are no lines of text: more than a tenth of the bytes are NUL or other
 * control characters (tabs, line ends, form feeds, backspaces and escapes are text), or
 * more than a fiftieth among many bytes that are no UTF-8, as in packed or encrypted data.
 */
export function isBinary(head: Uint8Array): boolean {
  let control = 0;
  let high = 0;
  for (const byte of head) {
    if (byte >= 0x80) high++;
    else if (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0d) && byte !== 0x1b) control++;
  }
  return control * 10 > head.length || (control * 50 > head.length && high * 4 > head.length && !isUtf8(head));
}

/** Whether an input begins with a UTF-16 byte order mark. */
export function isUtf16(head: Uint8Array): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Whether an input is a tar archive: `ustar` in the header of its first file (POSIX.1-1988). */
export function isTar(head: Uint8Array): boolean {
  return TAR_MAGIC.every((byte, i) => head[257 + i] === byte);
}

/** Length of a UTF-8 byte order mark. */
export function byteOrderMark(head: Uint8Array): number {
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}

/** The first lines of an input that are not blank, for format detection. The last, perhaps cut, one only where it is alone. */
export function sampleLines(head: Uint8Array): SampleLines {
  const starts: number[] = [];
  const ends: number[] = [];
  let start = byteOrderMark(head);
  while (start < head.length && starts.length < SNIFF_LINES) {
    const newline = head.indexOf(0x0a, start);
    if (newline < 0 && starts.length > 0 && head.length >= SNIFF_BYTES) break;
    let end = newline < 0 ? head.length : newline;
    const next = newline < 0 ? head.length : newline + 1;
    if (head[end - 1] === 0x0d && end > start) end--;
    if (end > start) {
      starts.push(start);
      ends.push(end);
    }
    start = next;
  }
  return { bytes: head, starts, ends };
}
