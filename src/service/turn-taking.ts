import type { Delivery } from '../stream/index.ts';
import type { Lane, Waiting } from './lanes.ts';

/** Some lines of a delivery. */
export interface Turn {
  readonly lane: Lane;
  readonly delivery: Delivery;
  readonly from: number;
  readonly to: number;
}

/** Lines of a slice. */
const SLICE_LINES = 2048;

/** Slices of what has come: of several sources in turn, so that none is long ahead of the others. */
export function* inTurns(items: readonly Waiting[]): Generator<Turn> {
  const queues = new Map<Lane, { readonly deliveries: Delivery[]; at: number }>();
  for (const { lane, item } of items) {
    if (item.type !== 'lines') continue;
    const queue = queues.get(lane);
    if (queue) queue.deliveries.push(item);
    else queues.set(lane, { deliveries: [item], at: 0 });
  }
  while (queues.size > 0) {
    for (const [lane, queue] of queues) {
      const [delivery] = queue.deliveries;
      if (!delivery) {
        queues.delete(lane);
        continue;
      }
      const from = queue.at;
      const to = Math.min(delivery.count, from + SLICE_LINES);
      yield { lane, delivery, from, to };
      queue.at = to;
      if (to < delivery.count) continue;
      queue.deliveries.shift();
      queue.at = 0;
    }
  }
}
