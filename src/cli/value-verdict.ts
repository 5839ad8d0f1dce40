import type { Judged, JudgedEvent } from '../pipeline/index.ts';
import { round } from './results.ts';
import { type Column, count, table } from './text.ts';

/** What is said of the values of an event: which lie outside, or why none was judged. */
export function valuesJson({ values, flags }: JudgedEvent, { judgedValues }: Judged, carried: boolean): object {
  if (judgedValues === undefined) {
    return {
      judged: false,
      why: carried ? 'the model learned no values' : 'the input has keys alone, no values',
    };
  }
  return {
    judged: true,
    flagged: flags.includes('value'),
    outside: values.map(({ parameter, value, low, high, by }) => ({
      parameter,
      value: round(value),
      low: round(low),
      high: round(high),
      by,
    })),
  };
}

/** Most values shown. */
const SHOWN = 20;

/**
 * The values of flagged events that lie outside their intervals, the furthest out first.
 *
 * @param placeOf line of an event
 * @param textOf template of a key
 */
export function valueTable(
  events: readonly JudgedEvent[],
  placeOf: (event: JudgedEvent) => string,
  textOf: (key: string) => string,
  width: number,
): string {
  const all = events
    .flatMap((event) => event.values.map((value) => ({ event, ...value })))
    .sort((a, b) => b.deviation - a.deviation);
  if (all.length === 0) return '';
  const shown = all.slice(0, SHOWN);
  const columns = [
    { title: 'line', cell: ({ event }) => placeOf(event), align: 'right' },
    { title: 'what', cell: ({ parameter }) => (parameter === 'time' ? 'seconds before' : `value ${parameter}`) },
    { title: 'is', cell: ({ value }) => numberText(value), align: 'right' },
    { title: 'usual', cell: ({ low, high }) => `${numberText(low)} to ${numberText(high)}`, align: 'right' },
    { title: 'of', cell: ({ event }) => textOf(event.template) },
  ] satisfies Column<(typeof shown)[number]>[];
  const head =
    shown.length < all.length
      ? `The ${SHOWN} furthest of ${count(all.length)} values outside their intervals (all with --json)`
      : 'Values outside their intervals';
  return `${head}\n\n${table(shown, columns, width)}\n`;
}

// --- internal ---

/** Four digits say enough of a measure; whole numbers are shown whole. */
function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(4)));
}
