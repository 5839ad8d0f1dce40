import type { Selectable } from 'kysely';
import { CaracalError } from '../../errors.ts';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond, toOptionalMillisecond } from '../json.ts';
import type { Schema } from '../schema.ts';
import type { NewSource, Page, PageRequest, SourceGap, SourceProgress, StoredGap, StoredSource } from '../types.ts';

/** Where lines come from, how far each source was read, and what is missing. */
export interface Sources {
  /** The source of this name, made where there is none; its kind and format become those given. */
  open(source: NewSource): Promise<StoredSource>;
  get(id: number): Promise<StoredSource | null>;
  list(): Promise<StoredSource[]>;
  /**
   * Says how far a source was read. Belongs into the transaction that holds what was made of it.
   *
   * @throws CaracalError E_STORE_CONFLICT where there is no such source
   */
  advance(id: number, progress: SourceProgress): Promise<void>;
  /** Reports a stretch that was not seen. */
  reportGap(id: number, gap: SourceGap): Promise<void>;
  /** The latest gaps first. */
  gaps(id: number, request?: PageRequest): Promise<Page<StoredGap>>;
}

export function createSources(access: Access): Sources {
  const { read, write, now } = access;
  return {
    async open({ name, kind, format }) {
      const row = await write
        .insertInto('sources')
        .values({
          ...{ name, kind, format },
          generation: null,
          position_json: 'null',
          created: toMillisecond(now()),
          ...{ last_seen: null, lag: null, lines: 0, drops: 0, gaps: 0 },
        })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ kind, format }))
        .returningAll()
        .executeTakeFirstOrThrow();
      return toSource(row);
    },

    async get(id) {
      const row = await read.selectFrom('sources').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toSource(row) : null;
    },

    async list() {
      const rows = await read.selectFrom('sources').selectAll().orderBy('id').execute();
      return rows.map(toSource);
    },

    async advance(id, { generation, position, lastSeen, lag, lines = 0, drops = 0 }) {
      const { numUpdatedRows } = await write
        .updateTable('sources')
        .set((eb) => ({
          generation,
          position_json: toJson(position),
          ...(lastSeen === undefined ? {} : { last_seen: toMillisecond(lastSeen) }),
          ...(lag === undefined ? {} : { lag }),
          lines: eb('lines', '+', lines),
          drops: eb('drops', '+', drops),
        }))
        .where('id', '=', id)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw noSource(id);
    },

    async reportGap(id, { from, to, missing, reason }) {
      await access.together(async ({ write }) => {
        const { numUpdatedRows } = await write
          .updateTable('sources')
          .set((eb) => ({ gaps: eb('gaps', '+', 1) }))
          .where('id', '=', id)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) throw noSource(id);
        const gap = { gap_from: toOptionalMillisecond(from), gap_to: toOptionalMillisecond(to), missing, reason };
        await write
          .insertInto('source_gaps')
          .values({ source: id, reported: toMillisecond(now()), ...gap })
          .execute();
      });
    },

    async gaps(id, request = {}) {
      const limit = limitOf(request);
      const position = positionOf('gaps', request, ['number']);
      const rows = await read
        .selectFrom('source_gaps')
        .selectAll()
        .where('source', '=', id)
        .$if(position !== undefined, (query) => query.where('id', '<', Number(position?.[0])))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'gaps', (row) => [row.id], toGap);
    },
  };
}

// --- internal ---

function noSource(id: number): CaracalError {
  return new CaracalError('E_STORE_CONFLICT', `There is no source ${id}. Open it by its name first.`, { source: id });
}

function toSource(row: Selectable<Schema['sources']>): StoredSource {
  const { id, name, kind, format, generation, created, lag, lines, drops, gaps } = row;
  const position = fromJson(row.position_json);
  return { id, name, kind, format, generation, position, created, lastSeen: row.last_seen, lag, lines, drops, gaps };
}

function toGap({
  id,
  source,
  reported,
  gap_from,
  gap_to,
  missing,
  reason,
}: Selectable<Schema['source_gaps']>): StoredGap {
  return { id, source, reported, from: gap_from, to: gap_to, missing, reason };
}
