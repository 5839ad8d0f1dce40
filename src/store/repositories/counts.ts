import { sql } from 'kysely';
import { CaracalError } from '../../errors.ts';
import { stepOf } from '../conditions.ts';
import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Row } from '../schema.ts';
import type { CountRange, CountSeries, MinuteCount } from '../types.ts';
import { inBlocks } from './blocks.ts';

/** How many events there were in each minute, flagged or not. */
export interface Counts {
  /** Adds to what was counted. Belongs into the transaction that moves the sources on. */
  add(counts: readonly MinuteCount[]): Promise<void>;
  /**
   * Counts over a range, as coarse as it takes to have no more than so many points.
   *
   * @throws CaracalError E_USAGE for a range that ends before it begins
   */
  range(range: CountRange): Promise<CountSeries>;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const POINTS = 500;
/** Minutes that a point stands for: what a person reads on an axis. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];

export function createCounts(access: Access): Counts {
  const { read } = access;
  return {
    async add(counts) {
      const rows = new Map<string, Row<'counts'>>();
      for (const { time, source, channel, events, flagged } of counts) {
        // Hours too: a month of minutes would be too much to add up for each look at it.
        for (const step of [MINUTE, HOUR]) {
          const start = Math.floor(time / step) * step;
          const key = `${step} ${start} ${source} ${channel}`;
          const known = rows.get(key) ?? { step, start, source, channel, events: 0, flagged: 0 };
          rows.set(key, { ...known, events: known.events + events, flagged: known.flagged + flagged });
        }
      }
      const keys = new Map([...rows].map(([key, row]) => [row, key]));
      await access.together(async ({ write }) => {
        for (const block of inBlocks([...rows.values()], (row) => keys.get(row) ?? '')) {
          await write
            .insertInto('counts')
            .values(block)
            .onConflict((conflict) =>
              conflict.columns(['step', 'start', 'source', 'channel']).doUpdateSet((eb) => ({
                events: eb('counts.events', '+', eb.ref('excluded.events')),
                flagged: eb('counts.flagged', '+', eb.ref('excluded.flagged')),
              })),
            )
            .execute();
        }
      });
    },

    async range({ from, to, points = POINTS, source, channel, by }) {
      const step = stepFor(from, to, points);
      const unit = step % HOUR === 0 ? HOUR : MINUTE;
      const series = by === undefined ? sql<string | null>`null` : sql<string | null>`cast(${sql.ref(by)} as text)`;
      const rows = await read
        .selectFrom('counts')
        .select(({ fn }) => [
          stepOf('start', step).as('time'),
          series.as('series'),
          fn.sum<number>('events').as('events'),
          fn.sum<number>('flagged').as('flagged'),
        ])
        .where('step', '=', unit)
        .where('start', '>=', Math.floor(from / unit) * unit)
        .where('start', '<=', toMillisecond(to))
        .$if(source !== undefined, (query) => query.where('source', 'in', [...(source ?? [])]))
        .$if(channel !== undefined, (query) => query.where('channel', 'in', [...(channel ?? [])]))
        .groupBy(by === undefined ? sql.lit(1) : [sql.lit(1), sql.lit(2)])
        .orderBy(sql.lit(1))
        .orderBy(sql.lit(2))
        .execute();
      return { step, points: rows };
    },
  };
}

// --- internal ---

function stepFor(from: number, to: number, points: number): number {
  if (!(to >= from) || !(points >= 1)) {
    throw new CaracalError(
      'E_USAGE',
      'A range ends where it begins or later and has at least one point. Turn it round.',
    );
  }
  const minutes = (to - from) / MINUTE + 2;
  const days = Math.ceil(minutes / points / 1440);
  return (STEPS.find((step) => minutes / step <= points) ?? days * 1440) * MINUTE;
}
