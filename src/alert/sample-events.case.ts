import type { Rng } from '../util/rng.ts';
import type { LiveEvent } from './live-alert.ts';

/** A flagged event that says nothing in particular, with these changes. */
export function liveEvent(change: Partial<LiveEvent> = {}): LiveEvent {
  const offset = change.offset ?? 0;
  return {
    ...{ modelHash: 'model', detector: 'deeplog', offset, time: 1_000_000, received: 1_000_500, host: 'web' },
    source: { id: 1, name: 'auth.log', generation: 'g1' },
    line: { line: offset + 1, offset, length: 9, text: `line ${offset}` },
    entities: [],
    entityShare: 1,
    template: { id: 'template', text: 'Failed password for <*>', count: 3 },
    ...{ surprise: 3, severity: 'HIGH', calibrated: true, reason: 'unexpected', repeat: 1 },
    ...change,
  };
}

/** Flagged events of a few sources, detectors, templates and entities, as they would come. */
export function someEvents(count: number, rng: Rng): LiveEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const source = 1 + rng.int(2);
    return liveEvent({
      offset: i,
      source: { id: source, name: `source-${source}`, generation: `g${rng.int(2)}` },
      detector: rng.pick(['deeplog', 'quantity']),
      time: 1_000_000 + i * 60_000 + rng.int(600_000),
      received: 2_000_000 + i * 60_000,
      host: rng.pick(['web', 'db', null]),
      entities: rng.pick([
        [],
        [{ kind: 'user', value: `u${rng.int(2)}` }],
        [
          { kind: 'user', value: `u${rng.int(3)}` },
          { kind: 'address', value: '10.0.0.7' },
        ],
      ] as const),
      entityShare: rng.next(),
      template: rng.pick([null, { id: 't0', text: 'a <*>', count: 1 }, { id: 't1', text: 'b <*>', count: 2 }]),
      surprise: 1 + rng.int(30) / 10,
      severity: rng.pick(['LOW', 'MED', 'HIGH'] as const),
      reason: `reason ${rng.int(5)}`,
      repeat: 1 + rng.int(3),
    });
  });
}
