import { createQuantityLearner, type QuantityBaseline } from '../models/index.ts';
import type { Parser } from '../parse/index.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { EventColumns, SequenceSet } from '../types.ts';
import { subjectsOf } from './subjects.ts';

/** What a model is learned from: plain data, so that another thread can do it. */
export interface Lesson {
  readonly set: SequenceSet;
  readonly quantity: QuantityBaseline;
  /** Mean gap between events, ms. */
  readonly gap: number;
  /** Time from the first event to the last, ms. */
  readonly span: number;
  readonly events: number;
}

/** Collects normal activity; whoever adds sees to it that it is not more than `MOST_EVENTS`. */
export interface Lessons {
  readonly events: number;
  /** Takes row `row` of some events, which is of this session and time. */
  add(events: EventColumns, row: number, session: string, time: number): void;
  lesson(parser: Parser): Lesson;
}

/** Events that are learned from at most. */
export const MOST_EVENTS = 300_000;

/** @param timeout silence that ends a session, ms */
export function createLessons(timeout: number): Lessons {
  const quantity = createQuantityLearner();
  const current = new Map<string, Sequence>();
  const sequences: Sequence[] = [];
  let events = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  return {
    get events() {
      return events;
    },
    add: (columns, row, session, time) => {
      events++;
      first = Math.min(first, time);
      last = Math.max(last, time);
      let sequence = current.get(session);
      if (!sequence || time - sequence.last > timeout) {
        sequence = { id: session, keys: [], last: time };
        current.set(session, sequence);
        sequences.push(sequence);
      }
      sequence.last = Math.max(sequence.last, time);
      const template = columns.template[row] ?? 0;
      const repeat = columns.repeat[row] ?? 1;
      for (let n = 0; n < repeat; n++) sequence.keys.push(template);
      for (const { kind, host, subject } of subjectsOf(columns, row)) quantity.add(kind, host, subject, time, repeat);
    },
    lesson: (parser) => {
      const names = new Map<number, string>();
      const nameOf = (template: number): string => {
        const known = names.get(template) ?? parser.templateOf(template).id;
        names.set(template, known);
        return known;
      };
      const set = sequencesOf(
        sequences.map(({ keys }) => keys.map(nameOf)),
        { ids: sequences.map(({ id }) => id) },
      );
      const span = Math.max(1, last - first);
      return {
        set: { ...set, closed: Uint8Array.from(sequences, (sequence) => (last - sequence.last > timeout ? 1 : 0)) },
        quantity: rename(quantity.baseline(), nameOf),
        ...{ gap: span / Math.max(1, events - 1), span, events },
      };
    },
  };
}

// --- internal ---

interface Sequence {
  readonly id: string;
  readonly keys: number[];
  last: number;
}

/** Counts of templates by their public ids. */
function rename(baseline: QuantityBaseline, nameOf: (template: number) => string): QuantityBaseline {
  const own = Object.entries(baseline.own).map(([name, counts]) => {
    const [kind = '', host = '', subject = ''] = name.split('\0');
    return [kind === 't' ? [kind, host, nameOf(Number(subject))].join('\0') : name, counts] as const;
  });
  return { ...baseline, own: Object.fromEntries(own) };
}
