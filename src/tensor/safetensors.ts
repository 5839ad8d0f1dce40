import { CaracalError } from '../errors.ts';
import { sha256Hex } from '../util/hash.ts';
import {
  bytesOf,
  type DType,
  elementBytes,
  elementCount,
  type Tensor,
  type Tensors,
  tensorFromBytes,
} from './dtype.ts';

/** Tensors of a file and the texts beside them. */
export interface SafetensorsFile {
  readonly tensors: Tensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes tensors in the safetensors format: 8 bytes header length, JSON header, data.
 * Names are sorted, so that the same tensors give the same bytes. The metadata gets
 * `sha256`, a hash of the data, by which `readSafetensors` finds a changed byte.
 *
 * Source: github.com/huggingface/safetensors, "Format".
 */
export function writeSafetensors(tensors: Tensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = Object.keys(tensors).sort();
  const parts = names.flatMap((name) => tensors[name] ?? []).map(bytesOf);
  const data = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  const header: Record<string, unknown> = {};
  let offset = 0;
  names.forEach((name, index) => {
    const value = tensors[name];
    const part = parts[index];
    if (!value || !part) return;
    data.set(part, offset);
    header[name] = {
      dtype: FORMAT_TYPES[value.dtype],
      shape: value.shape,
      data_offsets: [offset, offset + part.length],
    };
    offset += part.length;
  });
  const json = JSON.stringify({ __metadata__: { ...metadata, sha256: sha256Hex(data) }, ...header });
  const text = new TextEncoder().encode(json);
  // Blanks up to a multiple of eight keep the data aligned for readers that map the file.
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + data.length).fill(0x20, 8, 8 + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(text, 8);
  file.set(data, 8 + headerLength);
  return file;
}

/**
 * Reads and checks a safetensors file. Data is copied.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where the file is truncated, changed or contradicts itself
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = readHeader(file);
  const { __metadata__: given = {}, ...entries } = header;
  const metadata = readMetadata(given);
  if (metadata.sha256 !== undefined && metadata.sha256 !== sha256Hex(data)) {
    throw corrupt('the data does not have the hash that the header names');
  }
  const tensors: Record<string, Tensor> = {};
  const ranges: [number, number][] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const { dtype, shape, begin, end } = readEntry(name, entry);
    if (begin > end || end > data.length || end - begin !== elementCount(shape) * elementBytes(dtype)) {
      throw corrupt(`the offsets of "${name}" do not fit its shape or the file`);
    }
    ranges.push([begin, end]);
    tensors[name] = tensorFromBytes(dtype, shape, data.subarray(begin, end));
  }
  checkCovered(ranges, data.length);
  return { tensors, metadata };
}

// --- internal ---

const FORMAT_TYPES: Readonly<Record<DType, string>> = {
  float32: 'F32',
  float64: 'F64',
  int32: 'I32',
  int64: 'I64',
  bool: 'BOOL',
};

const HEADER_LIMIT = 100_000_000;

function readHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 8) throw corrupt('it is shorter than its header');
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > HEADER_LIMIT || 8 + length > file.length) throw corrupt('it is shorter than its header says');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length)));
  } catch {
    throw corrupt('its header is no JSON');
  }
  if (!isRecord(header)) throw corrupt('its header is no JSON object');
  return { header, data: file.subarray(8 + length) };
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) throw corrupt('its metadata is no JSON object');
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw corrupt(`its metadata "${name}" is no text`);
    texts[name] = text;
  }
  return texts;
}

function readEntry(name: string, entry: unknown): { dtype: DType; shape: number[]; begin: number; end: number } {
  if (!isRecord(entry)) throw corrupt(`"${name}" is no tensor`);
  const dtype = (Object.keys(FORMAT_TYPES) as DType[]).find((type) => FORMAT_TYPES[type] === entry.dtype);
  if (dtype === undefined) throw corrupt(`"${name}" has the unknown data type ${String(entry.dtype)}`);
  const { shape, data_offsets: offsets } = entry;
  if (!isSizes(shape) || !isSizes(offsets)) throw corrupt(`"${name}" has no valid shape and offsets`);
  const [begin, end, ...rest] = offsets;
  if (begin === undefined || end === undefined || rest.length > 0) throw corrupt(`"${name}" must have two offsets`);
  return { dtype, shape, begin, end };
}

/** Every byte belongs to exactly one tensor. */
function checkCovered(ranges: [number, number][], size: number): void {
  let covered = 0;
  for (const [begin, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered) throw corrupt('its tensors overlap or leave a gap');
    covered = end;
  }
  if (covered !== size) throw corrupt('it is longer than its tensors');
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(why: string): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `This safetensors file is broken: ${why}. Restore it from a copy or train again.`,
  );
}
