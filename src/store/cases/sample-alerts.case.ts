import { contentId } from '../../util/hash.ts';
import { createRng } from '../../util/rng.ts';
import type { NewAlert } from '../types.ts';

/** An alert that says nothing in particular, with these changes. */
export function newAlert(change: Partial<NewAlert>): NewAlert {
  return {
    ...{ id: 'a', time: 1000, severity: 'HIGH', calibrated: true, detector: 'deeplog', entity: null, template: null },
    priority: { rank: 'HIGH', score: 0.5, factors: [{ name: 'surprise', weight: 0.4, value: 1, note: 'rare' }] },
    ...{ reason: 'unexpected', windowId: null, count: 1, source: 1, entities: [], lines: null, suppression: null },
    ...change,
  };
}

/** Alerts of many kinds: some share their time or urgency, some are alike in all but their id. */
export function manyAlerts(count: number, seed: number, span = 100_000): NewAlert[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, (_, i) => {
    const score = rng.int(20) / 20;
    const template = rng.int(4);
    return newAlert({
      id: contentId(['alert', i]),
      time: 20_000 + rng.int(span) + rng.next(),
      severity: rng.pick(['NONE', 'LOW', 'MED', 'HIGH'] as const),
      priority: { rank: rng.pick(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const), score, factors: [] },
      detector: rng.pick(['deeplog', 'quantity', 'logmamba']),
      source: 1 + rng.int(3),
      template:
        template === 3 ? null : { id: `template-${template}`, text: `Failed password for <*> ${template}`, count: 3 },
      entity: { kind: 'address', value: `10.0.0.${rng.int(7)}` },
      entities: [
        { kind: 'host', value: `host${rng.int(20)}` },
        { kind: 'user', value: `user${rng.int(9)}` },
      ],
      reason: `Unexpected ${i % 10}: seen 40 times an hour, 100 % above what is usual`,
      windowId: rng.int(5) === 0 ? `window-${rng.int(3)}` : null,
      suppression: rng.int(10) === 0 ? 'rule' : null,
    });
  });
}
