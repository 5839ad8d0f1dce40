import { sql } from 'kysely';
import { CaracalError } from '../../errors.ts';
import type { Severity } from '../../types.ts';
import { stepOf } from '../conditions.ts';
import type { Access } from '../database.ts';
import type {
  AlertCounts,
  AlertFilter,
  AlertOrder,
  HeatCell,
  HistogramBar,
  NewAlert,
  Page,
  PageRequest,
  StoredAlert,
  Upserted,
  ValueCount,
} from '../types.ts';
import { alertConditions, alertText } from './alert-filter.ts';
import { pageOfAlerts } from './alert-page.ts';
import { toAlert } from './alert-row.ts';
import { upsertAlerts } from './alert-upsert.ts';

/** What the service tells people. */
export interface Alerts {
  /** Stores alerts by their ids; one that is there gets its new content and keeps its verdicts. */
  upsert(alerts: readonly NewAlert[]): Promise<Upserted>;
  get(id: string): Promise<StoredAlert | null>;
  /**
   * The latest first, or the most urgent. With `text` a page looks at no more than
   * 10,000 alerts: it may be empty and yet have a cursor.
   */
  page(filter: AlertFilter, request?: PageRequest & { readonly order?: AlertOrder }): Promise<Page<StoredAlert>>;
  /** How many there are, by each facet. */
  counts(filter: AlertFilter): Promise<AlertCounts>;
  /** The entities or templates that most alerts name. */
  top(
    by: 'host' | 'user' | 'address' | 'process' | 'template',
    filter: AlertFilter,
    limit?: number,
  ): Promise<ValueCount[]>;
  /** Alerts by time and severity; a bar stands for `step` milliseconds from its time on. */
  histogram(filter: AlertFilter, step: number): Promise<HistogramBar[]>;
  /** Those that most alerts name, over time: a cell for each `step` milliseconds in which something named them. */
  heat(by: 'host' | 'user', filter: AlertFilter, step: number, limit: number): Promise<HeatCell[]>;
}

const HOUR = 3_600_000;

export function createAlerts(access: Access): Alerts {
  const { kind, read } = access;
  const matching = (filter: AlertFilter) =>
    read.selectFrom('alerts').where((eb) => eb.and([...alertConditions(filter), ...alertText(kind, filter)]));
  return {
    upsert: (alerts) => upsertAlerts(access, alerts),

    async get(id) {
      const row = await read
        .selectFrom('alerts')
        .innerJoin('alert_bodies', 'alert_bodies.alert', 'alerts.number')
        .selectAll()
        .where('alerts.id', '=', id)
        .executeTakeFirst();
      return row ? toAlert(row) : null;
    },

    page: (filter, request = {}) => pageOfAlerts(access, filter, request),

    async counts(filter) {
      const facets = ['status', 'severity', 'rank', 'detector', 'source'] as const;
      const rows = await matching(filter)
        .select([...facets, ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy([...facets])
        .execute();
      const by = (facet: (typeof facets)[number]): Record<string, number> => {
        const counts: Record<string, number> = {};
        for (const row of rows) {
          const value = row[facet];
          if (value !== null) counts[value] = (counts[value] ?? 0) + row.count;
        }
        return counts;
      };
      return {
        total: rows.reduce((sum, { count }) => sum + count, 0),
        status: by('status'),
        severity: by('severity'),
        priority: by('rank'),
        detector: by('detector'),
        source: by('source'),
      };
    },

    async top(by, filter, limit = 10) {
      if (by === 'template') {
        const rows = await matching(filter)
          .select(['alerts.template as value', ({ fn }) => fn.countAll<number>().as('count')])
          .where('alerts.template', 'is not', null)
          .groupBy('alerts.template')
          .orderBy('count', 'desc')
          .orderBy('value')
          .limit(limit)
          .execute();
        return rows.map(({ value, count }) => ({ value: value ?? '', count }));
      }
      const counted = Object.values(filter).every((part) => part === undefined)
        ? read.selectFrom('alert_entities').selectAll('alert_entities')
        : read
            .selectFrom(matching(filter).select('alerts.number').as('matching'))
            // SQLite takes a cross join in the order in which it stands: few alerts before all entities.
            .crossJoin('alert_entities')
            .whereRef('matching.number', '=', 'alert')
            .selectAll('alert_entities');
      return counted
        .clearSelect()
        .select(['value', ({ fn }) => fn.countAll<number>().as('count')])
        .where('kind', '=', by)
        .groupBy('value')
        .orderBy('count', 'desc')
        .orderBy('value')
        .limit(limit)
        .execute();
    },

    async histogram(filter, step) {
      refuseStep(step);
      // Whole hours are columns of an index, in whose order nothing needs to be sorted.
      const time = step % HOUR === 0 ? sql<number>`alerts.hour` : stepOf('alerts.time', step);
      const rows = await matching(filter)
        .select([time.as('time'), 'severity', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy([sql.lit(1), sql.lit(2)])
        .orderBy(sql.lit(1))
        .orderBy(sql.lit(2))
        .execute();
      const bars = new Map<string, HistogramBar>();
      for (const row of rows) {
        const severity = row.severity as Severity;
        const time = Math.floor(row.time / step) * step;
        const count = row.count + (bars.get(`${time} ${severity}`)?.count ?? 0);
        bars.set(`${time} ${severity}`, { time, severity, count });
      }
      return [...bars.values()];
    },

    async heat(by, filter, step, limit) {
      refuseStep(step);
      const named = read
        .selectFrom(matching(filter).select(['alerts.number', 'alerts.time', 'alerts.priority']).as('matching'))
        // As in `top`: few alerts before all entities.
        .crossJoin('alert_entities')
        .whereRef('matching.number', '=', 'alert')
        .where('kind', '=', by)
        .select(({ fn }) => [
          'value',
          stepOf('matching.time', step).as('time'),
          fn.max<number>('matching.priority').as('score'),
          fn.countAll<number>().as('count'),
        ])
        .groupBy([sql.lit(1), sql.lit(2)]);
      return read
        .with('cells', () => named)
        .with('most', (query) =>
          query
            .selectFrom('cells')
            .select(({ fn }) => ['cells.value as name', fn.sum<number>('cells.count').as('total')])
            .groupBy('cells.value')
            .orderBy('total', 'desc')
            .orderBy('name')
            .limit(limit),
        )
        .selectFrom('cells')
        .innerJoin('most', 'most.name', 'cells.value')
        .selectAll('cells')
        .orderBy('cells.value')
        .orderBy('cells.time')
        .execute();
    },
  };
}

// --- internal ---

function refuseStep(step: number): void {
  if (Number.isInteger(step) && step > 0) return;
  throw new CaracalError('E_USAGE', `Steps of ${step} ms are not possible. Give whole milliseconds.`);
}
