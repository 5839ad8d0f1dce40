import type { Settings } from '../config/index.ts';
import type { Store } from '../store/index.ts';

/** How long notifications that were delivered are remembered, ms. */
const LETTERS_KEPT = 7 * 86_400_000;

/** Lets go of what the settings say is kept no longer, and of what has expired. */
export async function tidyUp(
  store: Store,
  { retention }: Settings,
  now: number,
  stopping: () => boolean,
): Promise<void> {
  const { recordDays, recordBytes, eventDays, countDays, alertDays } = retention;
  const limits = {
    records: { days: recordDays, bytes: recordBytes },
    events: { days: eventDays },
    counts: { days: countDays },
    alerts: { days: alertDays },
  };
  // First: it makes room for the others.
  while (!stopping() && (await store.retention.step(limits)).more);
  await store.verdicts.expire();
  await store.sessions.expire();
  await store.pushes.expire();
  await store.deadLetters.forget(now - LETTERS_KEPT);
}
