import type { Selectable } from 'kysely';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { AuditEntry, NewAuditEntry, Page, PageRequest, TimeRange } from '../types.ts';

/** Who changed what. Entries are added, never changed or removed. */
export interface Audit {
  /** Belongs into the transaction of the change itself. */
  append(entry: NewAuditEntry): Promise<void>;
  /** The latest first. */
  page(
    filter: TimeRange & { readonly actor?: string | undefined; readonly target?: string | undefined },
    request?: PageRequest,
  ): Promise<Page<AuditEntry>>;
}

export function createAudit({ read, write, now }: Access): Audit {
  return {
    async append({ actor, action, target, detail = null }) {
      const entry = { time: toMillisecond(now()), actor, action, target, detail_json: toJson(detail) };
      await write.insertInto('audit').values(entry).execute();
    },

    async page({ from, to, actor, target }, request = {}) {
      const limit = limitOf(request);
      const position = positionOf('audit', request, ['number']);
      const rows = await read
        .selectFrom('audit')
        .selectAll()
        .$if(from !== undefined, (query) => query.where('time', '>=', toMillisecond(from ?? 0)))
        .$if(to !== undefined, (query) => query.where('time', '<=', toMillisecond(to ?? 0)))
        .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
        .$if(target !== undefined, (query) => query.where('target', '=', target ?? ''))
        .$if(position !== undefined, (query) => query.where('id', '<', Number(position?.[0])))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'audit', (row) => [row.id], toEntry);
    },
  };
}

// --- internal ---

function toEntry({ detail_json, ...row }: Selectable<Schema['audit']>): AuditEntry {
  return { ...row, detail: fromJson(detail_json) };
}
