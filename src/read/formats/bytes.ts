/**
 * Small readers of bytes that several formats share. `end` is the first byte that must
 * not be read. Loops over bytes compare with literals: a constant of a module is loaded
 * anew for every byte.
 */

export const BLANK = 0x20;
export const TAB = 0x09;
export const QUOTE = 0x22;
export const DASH = 0x2d;
export const COLON = 0x3a;
export const OPEN = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE = 0x5d;

/** Bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Whether `bytes[at, end)` begins with `prefix`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (end - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** First byte from `at` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && bytes[p] === 0x20) p++;
  return p;
}

/** First byte from `at` on that is neither blank nor tab. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && (bytes[p] === 0x20 || bytes[p] === 0x09)) p++;
  return p;
}

/** First blank from `at` on, `end` where there is none. */
export function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && bytes[p] !== 0x20) p++;
  return p;
}

/** First blank or tab from `at` on, `end` where there is none. */
export function tokenEnd(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && bytes[p] !== 0x20 && bytes[p] !== 0x09) p++;
  return p;
}

/** Whether a byte is `0` to `9`. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Value of `bytes[start, end)`, -1 where it is no number of at most nine digits. */
export function number(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 9) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** First byte after the `<PRI>` of syslog, or `start` where there is none. */
export function afterPriority(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x3c) return start;
  let p = start + 1;
  while (p < end && p < start + 4 && isDigit(bytes[p])) p++;
  const valid = p > start + 1 && p < end && bytes[p] === 0x3e && number(bytes, start + 1, p) <= 191;
  return valid ? p + 1 : start;
}

/** Severity in the `<PRI>` that ends at `after`. */
export function severityOf(bytes: Uint8Array, start: number, after: number): number {
  return number(bytes, start + 1, after - 1) & 7;
}
