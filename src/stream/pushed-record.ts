import { Refusal } from './push-request.ts';

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws Refusal 400 */
export function objectAt(value: unknown, place: string): JsonObject {
  if (isObject(value)) return value;
  throw new Refusal(400, `${place} is not an object. Check the version of the sender.`);
}

/** An array, empty where it is missing. */
export function listAt(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Refusal(400, `${place} is not an array. Check the version of the sender.`);
}

/** A record as one line of JSON, in the names that the `ndjson` format knows. */
export interface PushedRecord {
  /** Nanoseconds since the epoch in decimal; `''` where there is no time. */
  readonly nanoseconds: string;
  readonly message: string;
  /** Any other names and values, the more important ones first: a name that is taken gets `attribute.` in front. */
  readonly fields: readonly JsonObject[];
  /** A name that the format knows, and where to find its value when no field has it. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
}

export function recordLine({ nanoseconds, message, fields, fallbacks }: PushedRecord): string {
  // Without a prototype any name is just a name, `__proto__` too.
  const line: Record<string, unknown> = Object.create(null);
  if (nanoseconds !== '') line['@timestamp'] = isoTime(nanoseconds);
  line.message = message;
  for (const object of fields) {
    for (const [name, value] of Object.entries(object)) line[name in line ? `attribute.${name}` : name] = value;
  }
  for (const [name, sources] of Object.entries(fallbacks)) {
    if (name in line) continue;
    const source = sources.find((candidate) => candidate in line);
    if (source !== undefined) line[name] = line[source];
  }
  return JSON.stringify(line);
}

/** Whether a text is a number of nanoseconds that a date can hold. */
export function isNanoseconds(text: string): boolean {
  return /^\d{1,19}$/.test(text);
}

// --- internal ---

function isoTime(nanoseconds: string): string {
  const milliseconds = Number(nanoseconds.slice(0, -6));
  const rest = nanoseconds.padStart(6, '0').slice(-6).replace(/0+$/, '');
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
}
