import { deflateSync, inflateSync } from 'node:zlib';

/**
 * The same picture with at most 256 colours: those unlike each other and the commonest
 * stay as they are, the others become the nearest of them. Pictures of user interfaces have few colours besides the
 * edges of letters, so nobody sees it, and the file is a quarter of the size.
 *
 * @param png as Chromium writes it: 8 bits a channel, not interlaced
 */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, pixels } = decode(png);
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  const colors = paletteOf([...counts].sort((a, b) => b[1] - a[1]).map(([color]) => color));
  const index = new Map([...counts.keys()].map((color) => [color, nearest(color, colors)]));
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = index.get(pixels[y * width + x]!) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colors.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// --- internal ---

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function decode(png: Uint8Array): { readonly width: number; readonly height: number; readonly pixels: Uint32Array } {
  const file = Buffer.from(png);
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const channels = file[25] === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const bytes = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? bytes[y * stride + i - channels]! : 0;
      const up = y > 0 ? bytes[(y - 1) * stride + i]! : 0;
      const corner = y > 0 && i >= channels ? bytes[(y - 1) * stride + i - channels]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      bytes[y * stride + i] = raw[y * (stride + 1) + 1 + i]! + guess;
    }
  }
  const pixels = Uint32Array.from({ length: width * height }, (_, i) => {
    const at = i * channels;
    return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  });
  return { width, height, pixels };
}

/** The predictor of PNG's filter 4 (RFC 2083, section 6.6). */
function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Of colours, the commonest first: those that are unlike all before them, so that what is small keeps its colour. */
function paletteOf(colors: readonly number[]): readonly number[] {
  const chosen: number[] = [];
  for (const color of colors) {
    if (chosen.length === UNLIKE) break;
    if (chosen.every((other) => distance(color, other) > FAR)) chosen.push(color);
  }
  const known = new Set(chosen);
  return [...chosen, ...colors.filter((color) => !known.has(color)).slice(0, 256 - chosen.length)];
}

/** Colours of a palette that are chosen for being unlike the others, and what that means. */
const UNLIKE = 180;
const FAR = 600;

function distance(one: number, other: number): number {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return red * red + green * green + blue * blue;
}

function nearest(color: number, colors: readonly number[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, other] of colors.entries()) {
    if (other === color) return i;
    const away = distance(color, other);
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
