import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Content ids: the first hexadecimal digits of SHA-256 over UTF-8. The parts are
 * joined by a NUL byte, so that `['a', 'bc']` and `['ab', 'c']` differ.
 *
 * @param digits how many hexadecimal digits, 16 (64 bits) unless told
 */
export function contentId(parts: readonly (string | number)[], digits = 16): string {
  return bytesToHex(sha256(utf8ToBytes(parts.join('\0')))).slice(0, digits);
}

/** SHA-256 of bytes as 64 hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
