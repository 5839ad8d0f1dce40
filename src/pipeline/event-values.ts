import { CaracalError } from '../errors.ts';
import { type Parser, parametersAt } from '../parse/index.ts';
import { openLogs, type ReadOptions } from '../read/index.ts';
import type { EventColumns, EventValues } from '../types.ts';

/**
 * The numbers that events carry as parameters of their templates. Reads the logs a second
 * time, because a template has its final parameters only when all lines are known.
 *
 * @param paths that `events` were read from, with the same options
 * @param keyNames public id of each template number
 * @param parser that knows the templates by the numbers in `events`; what it has under
 *   another id, or not at all, gives no numbers
 * @throws CaracalError `E_FILE_UNREADABLE` where the logs have changed in between, else as `openLogs`
 */
export async function readEventValues(
  paths: readonly string[],
  options: ReadOptions | undefined,
  events: EventColumns,
  keyNames: readonly string[],
  parser: Parser,
): Promise<EventValues> {
  const known = keyNames.map((id, number) => idOf(parser, number) === id);
  const offsets = new Int32Array(events.count + 1);
  const numbers = createNumbers();
  let row = 0;
  const reader = await openLogs(paths, options);
  for await (const { count, bytes, start, end } of reader.batches()) {
    if (row + count > events.count) throw changed();
    for (let i = 0; i < count; i++, row++) {
      const template = events.template[row]!;
      if (known[template]) {
        for (const { kind, value } of parametersAt(bytes, parser.placesOf(bytes, start[i]!, end[i]!, template))) {
          numbers.add(NO_NUMBERS.has(kind) ? Number.NaN : numberIn(value));
        }
      }
      offsets[row + 1] = numbers.size();
    }
  }
  if (row !== events.count) throw changed();
  return { time: events.time, offsets, numbers: numbers.values() };
}

/**
 * The number that a parameter is, in base units: bytes and seconds where it names units.
 * NaN for anything else, versions and lists of numbers among them.
 *
 * @example
 * numberIn('1.5MB'); // 1572864
 * numberIn('250ms'); // 0.25
 * numberIn('1.2.3'); // NaN
 */
export function numberIn(text: string): number {
  const [, digits, unit = ''] = /^([-+]?\d{1,300}(?:\.\d+)?)([A-Za-z]{0,5})$/.exec(text) ?? [];
  if (digits === undefined) return Number.NaN;
  if (unit === '') return Number(digits);
  const lower = unit.toLowerCase();
  // Division gives 0.009 for 9 ms, multiplication by 0.001 does not.
  const part = PARTS.get(lower);
  if (part !== undefined) return Number(digits) / part;
  return Number(digits) * (UNITS.get(unit) ?? UNITS.get(lower) ?? Number.NaN);
}

// --- internal ---

/** Masks whose text may consist of digits without being a quantity. */
const NO_NUMBERS: ReadonlySet<string> = new Set(['HEX', 'IP', 'MAC', 'UUID', 'TIME', 'BLOCK', 'ID']);

/** Parts of a second. */
const PARTS: ReadonlyMap<string, number> = new Map([
  ['ns', 1e9],
  ['us', 1e6],
  ['ms', 1e3],
]);

/** `m` is minutes, `M` mebibytes; other letters mean the same in either case. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['secs', 1],
  ['m', 60],
  ['min', 60],
  ['mins', 60],
  ['h', 3600],
  ['d', 86_400],
  ['b', 1],
  ['bytes', 1],
  ...['k', 'm', 'g', 't', 'p'].flatMap((letter, i) =>
    ['', 'b', 'i', 'ib'].flatMap((rest) => {
      const unit = letter + rest;
      return unit === 'm' ? ([['M', 2 ** 20]] as const) : ([[unit, 2 ** (10 * (i + 1))]] as const);
    }),
  ),
]);

/** Id of the template with this number, none where the parser has given out no such number. */
function idOf(parser: Parser, number: number): string | undefined {
  try {
    return parser.templateOf(number).id;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A list of numbers that grows. */
function createNumbers() {
  let values = new Float64Array(1024);
  let used = 0;
  return {
    add: (value: number): void => {
      if (used === values.length) {
        const wider = new Float64Array(2 * used);
        wider.set(values);
        values = wider;
      }
      values[used++] = value;
    },
    size: () => used,
    values: () => values.slice(0, used),
  };
}

function changed(): CaracalError {
  return new CaracalError('E_FILE_UNREADABLE', 'The logs changed while they were read. Copy them aside and try again.');
}
