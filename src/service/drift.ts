import { quantile } from '../util/statistics.ts';
import type { LiveModel } from './live-model.ts';
import type { Drift } from './service.ts';

/** How the last events differ from what the model learned. */
export interface DriftMeter {
  add(score: number, unseen: boolean, flagged: boolean): void;
  read(): Drift;
  snapshot(): DriftSnapshot;
}

export interface DriftSnapshot {
  readonly scores: readonly number[];
  /** 1 for a template never seen, 2 for flagged, 3 for both. */
  readonly marks: readonly number[];
  readonly at: number;
}

/** The last so many events are looked at; fewer than a twentieth of them say nothing. */
const EVENTS = 4096;
const ENOUGH = 200;

export function createDriftMeter(expected: LiveModel['expected'], from?: DriftSnapshot): DriftMeter {
  const scores = new Float32Array(EVENTS);
  const marks = new Uint8Array(EVENTS);
  if (from) {
    scores.set(from.scores);
    marks.set(from.marks);
  }
  let at = from?.at ?? 0;
  return {
    add: (score, unseen, flagged) => {
      scores[at % EVENTS] = score;
      marks[at % EVENTS] = (unseen ? 1 : 0) | (flagged ? 2 : 0);
      at++;
    },
    read: () => {
      const events = Math.min(at, EVENTS);
      let novel = 0;
      let flagged = 0;
      for (let i = 0; i < events; i++) {
        novel += marks[i]! & 1;
        flagged += marks[i]! >> 1;
      }
      const share = (count: number): number => (events === 0 ? 0 : count / events);
      const found = {
        novelty: share(novel),
        flagRate: share(flagged),
        expectedFlagRate: expected.flagRate,
        shift: events === 0 ? 0 : quantile(scores.subarray(0, events), 0.5) - expected.median,
        events,
      };
      return { ...found, ...levelOf(found) };
    },
    snapshot: () => ({ scores: Array.from(scores), marks: Array.from(marks), at }),
  };
}

// --- internal ---

function levelOf({
  novelty,
  flagRate,
  expectedFlagRate,
  shift,
  events,
}: Omit<Drift, 'level' | 'reason'>): Pick<Drift, 'level' | 'reason'> {
  if (events < ENOUGH) return { level: 'none', reason: `only ${events} events so far` };
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const strong = [
    ...(novelty > 0.1 ? [`${percent(novelty)} of the last ${events} events have a template never seen`] : []),
    ...(flagRate > 20 * expectedFlagRate
      ? [`${percent(flagRate)} are flagged, where ${percent(expectedFlagRate)} are usual`]
      : []),
    ...(shift > 1 ? [`the median score rose by ${shift.toFixed(1)} nats`] : []),
  ];
  if (strong.length > 0) return { level: 'strong', reason: strong.join('; ') };
  const some = [
    ...(novelty > 0.02 ? [`${percent(novelty)} of the last ${events} events have a template never seen`] : []),
    ...(flagRate > 5 * expectedFlagRate
      ? [`${percent(flagRate)} are flagged, where ${percent(expectedFlagRate)} are usual`]
      : []),
    ...(shift > 0.3 ? [`the median score rose by ${shift.toFixed(1)} nats`] : []),
  ];
  return some.length > 0
    ? { level: 'some', reason: some.join('; ') }
    : { level: 'none', reason: `the last ${events} events are like those the model learned from` };
}
