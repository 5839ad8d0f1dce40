import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { CaracalError } from '../../errors.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond, toOptionalMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { NewSuppression, Receipt, Suppression, SuppressionMatch, TimeRange } from '../types.ts';
import { alertConditions, alertText } from './alert-filter.ts';
import { pageOfAlerts } from './alert-page.ts';

/** Rules that silence alerts for a while. */
export interface Suppressions {
  /** @throws CaracalError E_USAGE for a rule that would silence everything */
  add(suppression: NewSuppression): Promise<Suppression>;
  /** Ends a rule now. It stays on record. @throws CaracalError E_STORE_CONFLICT where there is none in force */
  revoke(id: string, author: string): Promise<void>;
  /** Those in force, the oldest first. */
  active(): Promise<Suppression[]>;
  /** All there ever were, the latest first. */
  list(): Promise<Suppression[]>;
  /**
   * What a rule would have silenced, and how much of that was confirmed: to be shown
   * before it, or a false-positive verdict like it, is saved.
   *
   * @throws CaracalError E_USAGE for a rule that would silence everything
   */
  receipt(match: SuppressionMatch, range?: TimeRange): Promise<Receipt>;
}

const EXAMPLES = 20;

export function createSuppressions(access: Access): Suppressions {
  const { kind, read, write, now } = access;
  return {
    async add({ match, author, reason, expires }) {
      refuseEverything(match);
      const row = {
        ...{ id: randomUUID(), match_json: toJson(match), author, reason, created: toMillisecond(now()) },
        ...{ expires: toOptionalMillisecond(expires), revoked: null, revoked_by: null },
      };
      await write.insertInto('suppressions').values(row).execute();
      return toSuppression(row);
    },

    async revoke(id, author) {
      const { numUpdatedRows } = await write
        .updateTable('suppressions')
        .set({ revoked: toMillisecond(now()), revoked_by: author })
        .where('id', '=', id)
        .where('revoked', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        throw new CaracalError('E_STORE_CONFLICT', `There is no suppression ${id} in force. Read the list again.`, {
          id,
        });
      }
    },

    async active() {
      const rows = await read
        .selectFrom('suppressions')
        .selectAll()
        .where('revoked', 'is', null)
        .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', toMillisecond(now()))]))
        .orderBy('created')
        .orderBy('id')
        .execute();
      return rows.map(toSuppression);
    },

    async list() {
      const rows = await read.selectFrom('suppressions').selectAll().orderBy('created', 'desc').orderBy('id').execute();
      return rows.map(toSuppression);
    },

    async receipt(match, range = {}) {
      refuseEverything(match);
      const filter = { ...match, ...range };
      const totals = await read
        .selectFrom('alerts')
        .select(({ fn }) => fn.countAll<number>().as('silenced'))
        .select(({ fn }) => fn.countAll<number>().filterWhere('status', '=', 'true-positive').as('confirmed'))
        .where((eb) => eb.and([...alertConditions(filter), ...alertText(kind, filter)]))
        .executeTakeFirstOrThrow();
      const latest = { limit: EXAMPLES, order: 'time' } as const;
      const confirmed = await pageOfAlerts(access, { ...filter, status: ['true-positive'] }, latest);
      const examples = await pageOfAlerts(access, filter, latest);
      return { ...totals, confirmedAlerts: confirmed.items, examples: examples.items };
    },
  };
}

// --- internal ---

function refuseEverything(match: SuppressionMatch): void {
  if (Object.values(match).some((part) => part !== undefined && part !== '')) return;
  throw new CaracalError('E_USAGE', 'A rule without a condition would silence everything. Name at least one part.');
}

function toSuppression(row: Selectable<Schema['suppressions']>): Suppression {
  const { id, author, reason, created, expires, revoked, revoked_by } = row;
  return {
    ...{ id, match: fromJson<SuppressionMatch>(row.match_json), author, reason, created, expires },
    revoked: revoked === null ? null : { time: revoked, author: revoked_by ?? '' },
  };
}
