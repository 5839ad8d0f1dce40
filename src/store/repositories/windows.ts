import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Entity } from '../../types.ts';
import { contentId } from '../../util/hash.ts';
import { behind } from '../conditions.ts';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { NewWindow, Page, PageRequest, Status, StoredWindow, Upserted, WindowFilter } from '../types.ts';
import { differentEntities } from './entities.ts';
import { upserted } from './upserted.ts';

/** Delineated windows of time. */
export interface Windows {
  /** Stores windows by their ids; one that is there gets its new content and keeps its verdicts. */
  upsert(windows: readonly NewWindow[]): Promise<Upserted>;
  get(id: string): Promise<StoredWindow | null>;
  /** The highest score first, or the latest. */
  page(
    filter: WindowFilter,
    request?: PageRequest & { readonly order?: 'score' | 'time' },
  ): Promise<Page<StoredWindow>>;
}

export function createWindows(access: Access): Windows {
  const { read, now } = access;
  return {
    async upsert(windows) {
      const byId = new Map(windows.map((window) => [window.id, window]));
      return access.together(async ({ write }) => {
        const written: { id: string; revision: number }[] = [];
        for (const [id, window] of [...byId].sort()) {
          const body = toJson(window);
          const time = toMillisecond(now());
          const row = await write
            .insertInto('windows')
            .values({
              id,
              started: toMillisecond(window.start),
              ended: toMillisecond(window.end),
              score: window.score,
              state: window.state,
              status: 'open',
              status_until: null,
              created: time,
              updated: time,
              revision: 1,
              content: contentId([body]),
              body_json: body,
            })
            .onConflict((conflict) =>
              conflict
                .column('id')
                .doUpdateSet((eb) => ({
                  started: eb.ref('excluded.started'),
                  ended: eb.ref('excluded.ended'),
                  score: eb.ref('excluded.score'),
                  state: eb.ref('excluded.state'),
                  updated: eb.ref('excluded.updated'),
                  revision: eb('windows.revision', '+', 1),
                  content: eb.ref('excluded.content'),
                  body_json: eb.ref('excluded.body_json'),
                }))
                .whereRef('windows.content', '<>', 'excluded.content'),
            )
            .returning(['id', 'revision'])
            .executeTakeFirst();
          if (!row) continue;
          written.push(row);
          if (row.revision > 1) await write.deleteFrom('window_entities').where('window', '=', id).execute();
          const entities = differentEntities(window.entities);
          if (entities.length === 0) continue;
          await write
            .insertInto('window_entities')
            .values(entities.map(({ kind, value }) => ({ window: id, kind, value })))
            .execute();
        }
        return upserted(written);
      });
    },

    async get(id) {
      const row = await read.selectFrom('windows').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toWindow(row) : null;
    },

    async page({ from, to, state, status, entity }, request = {}) {
      const limit = limitOf(request);
      const column = request.order === 'time' ? 'started' : 'score';
      const order = `windows by ${column}`;
      const position = positionOf(order, request, ['number', 'string']);
      const rows = await read
        .selectFrom('windows')
        .selectAll()
        // A window belongs to a range that it has a part in.
        .$if(from !== undefined, (query) => query.where('ended', '>=', toMillisecond(from ?? 0)))
        .$if(to !== undefined, (query) => query.where('started', '<=', toMillisecond(to ?? 0)))
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
        .$if(status !== undefined, (query) => query.where('status', 'in', [...(status ?? [])]))
        .$if(entity !== undefined, (query) => query.where('id', 'in', named(entity)))
        .$if(position !== undefined, (query) => query.where(behind([column, 'id'], position ?? [])))
        .orderBy(column, 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, order, (row) => [row[column], row.id], toWindow);
    },
  };
}

// --- internal ---

function named(entity: Entity | undefined) {
  return sql<string>`(select "window" from window_entities where kind = ${entity?.kind} and value = ${entity?.value})`;
}

function toWindow(row: Selectable<Schema['windows']>): StoredWindow {
  return {
    ...fromJson<NewWindow>(row.body_json),
    status: row.status as Status,
    statusUntil: row.status_until,
    created: row.created,
    updated: row.updated,
  };
}
