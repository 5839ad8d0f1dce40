import { CaracalError } from '../../errors.ts';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { toMillisecond, toOptionalMillisecond } from '../json.ts';
import type { NewVerdict, Page, PageRequest, StoredVerdict, VerdictTarget } from '../types.ts';
import { selectVerdicts, toVerdict } from './verdict-row.ts';
import { nextExpired, settle } from './verdict-status.ts';

/** What people said of alerts and windows. Nothing is overwritten: undoing is another entry. */
export interface Verdicts {
  /**
   * Gives a verdict; it holds until it expires, is undone, or another one is given.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such alert or window
   */
  give(verdict: NewVerdict): Promise<StoredVerdict>;
  /**
   * Takes a verdict back: the one before it holds again.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such verdict, or it was undone
   */
  undo(id: number, by: { readonly author: string; readonly reason: string }): Promise<StoredVerdict>;
  /** All that was said of one alert or window, the latest first. */
  history(target: VerdictTarget): Promise<StoredVerdict[]>;
  /** All verdicts, the latest first. */
  page(request?: PageRequest): Promise<Page<StoredVerdict>>;
  /** Ends what has expired, for so many alerts and windows at most; gives how many. Until then they hold. */
  expire(most?: number): Promise<number>;
}

export function createVerdicts(access: Access): Verdicts {
  const { read, now } = access;
  const one = async ({ read }: Access, id: number): Promise<StoredVerdict | null> => {
    const row = await selectVerdicts(read).where('verdicts.id', '=', id).executeTakeFirst();
    return row ? toVerdict(row) : null;
  };
  return {
    give: ({ target, verdict, author, reason, expires }) =>
      access.together(async (inside) => {
        const given = toMillisecond(now());
        const { id } = await inside.write
          .insertInto('verdicts')
          .values({
            ...{ target_kind: target.kind, target: target.id, verdict, author, reason, given },
            expires: toOptionalMillisecond(expires),
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await settle(inside, target);
        return (await one(inside, id)) as StoredVerdict;
      }),

    undo: (id, { author, reason }) =>
      access.together(async (inside) => {
        const verdict = await one(inside, id);
        if (!verdict || verdict.undone) {
          const why = verdict ? `was undone by ${verdict.undone?.author}` : 'does not exist';
          throw new CaracalError('E_STORE_CONFLICT', `Verdict ${id} ${why}. Read the history again.`, { verdict: id });
        }
        await inside.write
          .insertInto('verdict_undos')
          .values({ verdict: id, author, reason, undone: toMillisecond(now()) })
          .execute();
        await settle(inside, verdict.target);
        return (await one(inside, id)) as StoredVerdict;
      }),

    async history({ kind, id }) {
      const rows = await selectVerdicts(read)
        .where('target_kind', '=', kind)
        .where('target', '=', id)
        .orderBy('verdicts.id', 'desc')
        .execute();
      return rows.map(toVerdict);
    },

    async page(request = {}) {
      const limit = limitOf(request);
      const position = positionOf('verdicts', request, ['number']);
      const rows = await selectVerdicts(read)
        .$if(position !== undefined, (query) => query.where('verdicts.id', '<', Number(position?.[0])))
        .orderBy('verdicts.id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'verdicts', (row) => [row.id], toVerdict);
    },

    expire: (most = 1000) =>
      access.together(async (inside) => {
        const targets = await nextExpired(inside, most);
        for (const target of targets) await settle(inside, target);
        return targets.length;
      }),
  };
}
