import { encodeUtf8 } from '../util/utf8.ts';

/** UTF-8 text that is written piece by piece; it stays until `begin`. */
export interface ByteText {
  begin(): void;
  /** What was written so far; later writing may change it. */
  readonly written: Uint8Array;
  /** Makes room for so many bytes, which the others do not check. */
  reserve(bytes: number): void;
  byte(byte: number): void;
  /** `bytes[start, end)`, all of them unless told. */
  bytes(bytes: Uint8Array, start?: number, end?: number): void;
  /** A whole number that is not negative. */
  integer(value: number): void;
  /** `bytes[start, end)` where some are written as several. */
  replaced(bytes: Uint8Array, start: number, end: number, as: Replacements): void;
}

/** What stands for a byte, by the byte; itself where there is none. */
export type Replacements = readonly (Uint8Array | undefined)[];

/** An empty text. */
export function createByteText(): ByteText {
  let out = new Uint8Array(1 << 20);
  let at = 0;
  return {
    begin: () => {
      at = 0;
    },
    get written() {
      return out.subarray(0, at);
    },
    reserve: (bytes) => {
      if (at + bytes <= out.length) return;
      const wider = new Uint8Array(2 * (at + bytes));
      wider.set(out.subarray(0, at));
      out = wider;
    },
    byte: (byte) => {
      out[at++] = byte;
    },
    bytes: (bytes, start = 0, end = bytes.length) => {
      // For so few a call would cost more.
      if (end - start < FEW) for (let i = start; i < end; i++) out[at++] = bytes[i]!;
      else {
        out.set(bytes.subarray(start, end), at);
        at += end - start;
      }
    },
    integer: (value) => {
      let behind = at + 1;
      for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) behind++;
      let rest = value;
      for (let digit = behind - 1; digit >= at; digit--) {
        const tens = Math.floor(rest / 10);
        out[digit] = ZERO + rest - 10 * tens;
        rest = tens;
      }
      at = behind;
    },
    replaced: (bytes, start, end, as) => {
      for (let i = start; i < end; i++) {
        const byte = bytes[i]!;
        const instead = as[byte];
        if (instead === undefined) out[at++] = byte;
        else for (let j = 0; j < instead.length; j++) out[at++] = instead[j]!;
      }
    },
  };
}

/** A field as RFC 4180 wants it. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Replacements of single characters by texts. */
export function replacements(texts: Readonly<Record<string, string>>): Replacements {
  const all: (Uint8Array | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [character, text] of Object.entries(texts)) all[character.charCodeAt(0)] = encodeUtf8(text);
  return all;
}

// --- internal ---

const ZERO = 0x30;
const FEW = 64;
