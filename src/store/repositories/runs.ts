import type { Selectable } from 'kysely';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { Json, Page, PageRequest, Run, RunState } from '../types.ts';

/** What the service did for long: trainings, replays. */
export interface Runs {
  start(kind: string, detail: Json): Promise<Run>;
  /** Says how far it is, or how it ended. */
  update(id: number, change: { readonly state?: RunState; readonly detail?: Json }): Promise<void>;
  /** Marks what was running when the program ended as stopped; gives how many. For the start of the only service. */
  stopAll(): Promise<number>;
  /** The latest first. */
  page(request?: PageRequest): Promise<Page<Run>>;
}

export function createRuns({ read, write, now }: Access): Runs {
  return {
    async start(kind, detail) {
      const row = await write
        .insertInto('runs')
        .values({ kind, state: 'running', started: toMillisecond(now()), ended: null, detail_json: toJson(detail) })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toRun(row);
    },

    async update(id, { state, detail }) {
      const ended = state === undefined || state === 'running' ? {} : { ended: toMillisecond(now()) };
      const change = {
        ...(state === undefined ? {} : { state, ...ended }),
        ...(detail === undefined ? {} : { detail_json: toJson(detail) }),
      };
      if (Object.keys(change).length > 0) await write.updateTable('runs').set(change).where('id', '=', id).execute();
    },

    async stopAll() {
      const { numUpdatedRows } = await write
        .updateTable('runs')
        .set({ state: 'stopped', ended: toMillisecond(now()) })
        .where('state', '=', 'running')
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },

    async page(request = {}) {
      const limit = limitOf(request);
      const position = positionOf('runs', request, ['number']);
      const rows = await read
        .selectFrom('runs')
        .selectAll()
        .$if(position !== undefined, (query) => query.where('id', '<', Number(position?.[0])))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'runs', (row) => [row.id], toRun);
    },
  };
}

// --- internal ---

function toRun({ detail_json, state, ...row }: Selectable<Schema['runs']>): Run {
  return { ...row, state: state as RunState, detail: fromJson(detail_json) };
}
