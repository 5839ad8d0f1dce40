import { LEVEL_UNKNOWN } from '../../types.ts';
import { decodeUtf8, encodeUtf8 } from '../../util/utf8.ts';
import { type Clock, createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import { type LineFormat, type LineParser, type OpenParser, percent, type Row, type SampleLines } from './format.ts';
import { levelOf } from './levels.ts';

/** What a line of JSON holds. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The JSON object that `bytes[start, end)` is, `undefined` for anything else. */
export function objectAt(bytes: Uint8Array, start: number, end: number): JsonObject | undefined {
  let p = start;
  while (p < end && (bytes[p] === 0x20 || bytes[p] === 0x09)) p++;
  if (bytes[p] !== 0x7b) return undefined;
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes, p, end));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Share of a sample's lines that are objects for which `fits` holds. */
export function shareOfObjects(sample: SampleLines, fits: (object: JsonObject) => boolean): number {
  const objects = objectsOf(sample);
  const count = objects.filter((object) => object !== undefined && fits(object)).length;
  return objects.length === 0 ? 0 : count / objects.length;
}

/** The objects of a sample, `undefined` for lines that are none. */
export function objectsOf(sample: SampleLines): readonly (JsonObject | undefined)[] {
  const known = samples.get(sample);
  if (known) return known;
  const objects = sample.starts.map((start, i) => objectAt(sample.bytes, start, sample.ends[i] ?? start));
  samples.set(sample, objects);
  return objects;
}

/** The field at a path with dots, written flat (`{"host.name": ...}`) or nested (`{"host": {"name": ...}}`). */
export function fieldOf(object: JsonObject, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path];
  let dot = path.indexOf('.');
  while (dot > 0) {
    const inner = Object.hasOwn(object, path.slice(0, dot)) ? object[path.slice(0, dot)] : undefined;
    if (isObject(inner)) return fieldOf(inner, path.slice(dot + 1));
    dot = path.indexOf('.', dot + 1);
  }
  return undefined;
}

/** Text of a field: strings, numbers and truth values; `''` for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? String(value) : '';
}

/** Text of the first of the fields that has one. */
export function firstText(object: JsonObject, paths: readonly string[]): string {
  for (const path of paths) {
    const text = textOf(fieldOf(object, path));
    if (text !== '') return text;
  }
  return '';
}

/** The lines of a text as one. */
export function oneLine(text: string): string {
  if (!text.includes('\n') && !text.includes('\r')) return text;
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

/** A whole number from a field, decimal or `0x...`; -1 for anything else. */
export function wholeNumber(value: unknown): number {
  const text = textOf(value).trim();
  const number = /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : -1;
  return number <= 0x7fffffff ? number : -1;
}

/** Severity from a field: a word, a syslog number, or the tens of pino and bunyan. */
export function levelOfField(value: unknown): number {
  const text = textOf(value);
  if (!/^\d+$/.test(text)) return levelOf(text);
  const number = Number(text);
  if (number <= 7) return number;
  const tens = [LEVEL_UNKNOWN, 7, 7, 6, 4, 3, 2];
  return number % 10 === 0 ? (tens[number / 10] ?? LEVEL_UNKNOWN) : LEVEL_UNKNOWN;
}

/** Reads points in time from fields: any timestamp in words, epoch seconds to nanoseconds in numbers. */
export function createFieldTime(clock: Clock): (value: unknown) => number {
  const leading = createLeadingTime();
  const moment = createMoment();
  return (value) => {
    const text = textOf(value);
    if (text === '') return Number.NaN;
    if (/^\d{9,19}(\.\d+)?$/.test(text)) return epochOf(Number(text));
    const bytes = encodeUtf8(text);
    return leading.read(bytes, 0, bytes.length, moment) ? clock.resolve(moment) : Number.NaN;
  };
}

/**
 * The fields of an object as `name=value` words in their order, at most 64 and 4 KiB;
 * names of inner objects have dots.
 */
export function flatten(object: JsonObject, leaveOut: ReadonlySet<string>): string {
  const words: string[] = [];
  let size = 0;
  const add = (inner: JsonObject, prefix: string, depth: number): void => {
    for (const name of Object.keys(inner)) {
      const path = prefix + name;
      const value = inner[name];
      if (leaveOut.has(path) || words.length >= MOST_FIELDS || size > LONGEST_FLAT) continue;
      if (isObject(value)) {
        if (depth < DEEPEST) add(value, `${path}.`, depth + 1);
        continue;
      }
      const text = Array.isArray(value) ? value.slice(0, 8).map(textOf).filter(Boolean).join(',') : textOf(value);
      if (text === '') continue;
      const word = `${path}=${oneLine(text).slice(0, LONGEST_VALUE)}`;
      words.push(word);
      size += word.length;
    }
  };
  add(object, '', 0);
  return words.join(' ');
}

/** A format of one JSON object a line: a line that is none is malformed and kept whole. */
export function jsonFormat(format: {
  readonly name: string;
  /** What its objects are called in the reason. */
  readonly what: string;
  readonly confidence: number;
  readonly fits: (object: JsonObject) => boolean;
  readonly open: (context: Parameters<OpenParser>[0]) => (object: JsonObject, out: Row) => void;
}): LineFormat {
  return {
    name: format.name,
    detect: (sample) => {
      const share = shareOfObjects(sample, format.fits);
      return {
        confidence: share * format.confidence,
        reason: `${percent(share)} of the first lines are JSON objects ${format.what}`,
      };
    },
    prepare:
      () =>
      (context): LineParser => {
        const read = format.open(context);
        return {
          parse: (bytes, start, end, out) => {
            const object = objectAt(bytes, start, end);
            if (object) read(object, out);
            else out.wellFormed = false;
          },
        };
      },
  };
}

// --- internal ---

const MOST_FIELDS = 64;
const LONGEST_FLAT = 4096;
const LONGEST_VALUE = 1024;
const DEEPEST = 4;

/** Several formats look at the same sample. */
const samples = new WeakMap<SampleLines, readonly (JsonObject | undefined)[]>();

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Epoch milliseconds from seconds, milli-, micro- or nanoseconds, told apart by their size. */
function epochOf(value: number): number {
  if (value < 1e11) return value * 1000;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1000 : value / 1e6;
}
