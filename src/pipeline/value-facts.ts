import type { DetectorModel, ParameterFinding } from '../models/index.ts';
import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import type { Fact } from './channel.ts';

/** A value outside its interval, with the row of its event in the event table. */
export interface PlacedFinding extends ParameterFinding {
  readonly event: number;
}

/** Values of sequences that the model finds outside their intervals; none where it judges none. */
export async function placedFindings(model: DetectorModel, set: SequenceSet): Promise<PlacedFinding[]> {
  const { values, events } = set;
  if (!values || !events) return [];
  const verdict = await model.parameters?.(set);
  const offsets = scoreOffsets(set);
  let s = 0;
  return (verdict?.findings ?? []).map((finding) => {
    while (offsets[s + 1]! <= finding.row) s++;
    return { ...finding, event: events[set.offsets[s]! + finding.row - offsets[s]!]! };
  });
}

/**
 * What is said of a value.
 *
 * @param template internal number of its event's template, and its text
 */
export function valueFact(finding: ParameterFinding, template: number, text: string): Fact {
  const { parameter, value, low, high } = finding;
  const what = parameter === 'time' ? 'seconds before' : `value ${parameter} of`;
  const [is, from, to] = [value, low, high].map((number) => String(Number(number.toPrecision(4))));
  return {
    // Below 0, where no template's own number is.
    fact: -1 - template * PARAMETERS - (parameter === 'time' ? 0 : parameter),
    surprise: valueSurprise(finding),
    text: `${what} '${text}' is ${is} (usually ${from} to ${to})`,
  };
}

/** -log10 of the chance of a value: that of lying outside, with a Pareto tail from there on. */
export function valueSurprise({ deviation }: ParameterFinding): number {
  return OUTSIDE + 2 * Math.log10(deviation);
}

// --- internal ---

/** Room for the parameters of a template. */
const PARAMETERS = 32;
/** -log10 of the share of normal values outside their intervals. */
const OUTSIDE = 3;
