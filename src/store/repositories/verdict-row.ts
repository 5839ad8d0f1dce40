import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { StoredVerdict, Verdict, VerdictTarget } from '../types.ts';

/** Verdicts with what took them back. */
export function selectVerdicts(db: Kysely<Schema>) {
  return db
    .selectFrom('verdicts')
    .leftJoin('verdict_undos', 'verdict_undos.verdict', 'verdicts.id')
    .select([
      'id',
      'target_kind',
      'target',
      'verdicts.verdict',
      'verdicts.author',
      'verdicts.reason',
      'given',
      'expires',
    ])
    .select(['undone', 'verdict_undos.author as undone_by', 'verdict_undos.reason as undone_why']);
}

type VerdictRow = Awaited<ReturnType<ReturnType<typeof selectVerdicts>['executeTakeFirstOrThrow']>>;

/** A verdict of its row. */
export function toVerdict(row: VerdictRow): StoredVerdict {
  const { id, author, reason, given, expires, undone } = row;
  return {
    id,
    target: { kind: row.target_kind as VerdictTarget['kind'], id: row.target },
    verdict: row.verdict as Verdict,
    ...{ author, reason, given, expires },
    undone: undone === null ? null : { time: undone, author: row.undone_by ?? '', reason: row.undone_why ?? '' },
  };
}
