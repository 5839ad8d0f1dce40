import { CaracalError } from '../errors.ts';
import type { JudgedEvents, Phase } from '../hunt/index.ts';
import type { HuntResult } from './hunt.ts';

/**
 * Phases of an attack from JSON: `{"name": ["2022-01-18T11:59:00Z", "2022-01-18T12:17:00Z"]}`.
 *
 * @throws CaracalError `E_FORMAT_INVALID` for anything else
 */
export function parsePhases(text: string, file: string): Phase[] {
  const invalid = (why: string): CaracalError =>
    new CaracalError(
      'E_FORMAT_INVALID',
      `${file}: ${why}. Give JSON of phases with their first and last time, as {"scan": ["2022-01-18T11:59:00Z", "2022-01-18T12:17:00Z"]}.`,
      { file },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('no object of phases');
  return Object.entries(value).map(([name, span]) => {
    const times: unknown[] = Array.isArray(span) ? span : [];
    const [start = Number.NaN, end = Number.NaN] = times.map((time) => Date.parse(String(time)));
    if (times.length !== 2 || !(start <= end)) throw invalid(`phase '${name}' is not a first and a last time`);
    return { name, start, end };
  });
}

/** The judged events of a hunt; those whose label is another than `normal` are the attack's. */
export function judgedEvents({ table, periods }: HuntResult, normal: string): JudgedEvents {
  const { events, labels } = table;
  const time: number[] = [];
  const benign: number[] = [];
  const attack: number[] = [];
  for (let row = 0; row < events.count; row++) {
    if (!periods.isJudged(row)) continue;
    const at = events.time[row]!;
    time.push(at);
    if (labels) (isNormal(labels.values.value(labels.ids[row]!), normal) ? benign : attack).push(at);
  }
  return {
    time: Float64Array.from(time).sort(),
    ...(labels ? { benign: Float64Array.from(benign).sort(), attack: Float64Array.from(attack).sort() } : {}),
    period: periods.judged,
  };
}

/** How many events of the part that was learned have a label of an attack; 0 without labels. */
export function attackEventsLearned({ table: { events, labels }, periods }: HuntResult, normal: string): number {
  if (!labels) return 0;
  let count = 0;
  for (let row = 0; row < events.count; row++) {
    const learned = events.time[row]! < periods.judgedFrom && Number.isFinite(periods.judgedFrom);
    if (learned && !isNormal(labels.values.value(labels.ids[row]!), normal)) count++;
  }
  return count;
}

// --- internal ---

/** An empty cell is no label of an attack. */
function isNormal(label: string, normal: string): boolean {
  return label === normal || label === '';
}
