import type { Access } from '../database.ts';

/** Rows that a step deletes of each table. */
export const STEP_ROWS = 2000;

/** Deletes flagged events from before a time and gives how many. */
export async function dropEvents({ write }: Access, before: number | undefined): Promise<number> {
  if (before === undefined) return 0;
  const { numDeletedRows } = await write
    .deleteFrom('events')
    .where('id', 'in', (eb) =>
      eb.selectFrom('events').select('id').where('time', '<', before).orderBy('time').limit(STEP_ROWS),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes counts from before a time and gives how many. */
export async function dropCounts({ write }: Access, before: number | undefined): Promise<number> {
  if (before === undefined) return 0;
  let dropped = 0;
  for (const step of [60_000, 3_600_000]) {
    const last = await write
      .selectFrom('counts')
      .select('start')
      .where('step', '=', step)
      .where('start', '<', before)
      .orderBy('start')
      .limit(1)
      .offset(STEP_ROWS - 1)
      .executeTakeFirst();
    const { numDeletedRows } = await write
      .deleteFrom('counts')
      .where('step', '=', step)
      .where('start', '<', before)
      .where('start', '<=', last?.start ?? before)
      .executeTakeFirst();
    dropped += Number(numDeletedRows);
  }
  return dropped;
}

/** Deletes alerts from before a time that nobody confirmed and gives how many. */
export async function dropAlerts({ write }: Access, before: number | undefined): Promise<number> {
  if (before === undefined) return 0;
  const { numDeletedRows } = await write
    .deleteFrom('alerts')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('alerts')
        .select('id')
        .where('time', '<', before)
        .where('status', '<>', 'true-positive')
        .orderBy('time')
        .limit(STEP_ROWS),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes windows that ended before a time and that nobody confirmed and gives how many. */
export async function dropWindows({ write }: Access, before: number | undefined): Promise<number> {
  if (before === undefined) return 0;
  const { numDeletedRows } = await write
    .deleteFrom('windows')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('windows')
        .select('id')
        .where('ended', '<', before)
        .where('status', '<>', 'true-positive')
        .orderBy('started')
        .limit(STEP_ROWS),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
