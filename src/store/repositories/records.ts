import { bulkInsert } from '../bulk-insert.ts';
import { behind, contains } from '../conditions.ts';
import { cursorOf, limitOf, type Position, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { toMillisecond, toOptionalMillisecond } from '../json.ts';
import type { Row } from '../schema.ts';
import type { NewRecord, NewRecords, Page, PageRequest, RecordFilter, StoredRecord } from '../types.ts';
import { CHUNK_IDS } from './record-ids.ts';

/** Raw lines, bounded by `retention`. */
export interface Records {
  /**
   * Stores lines in their order and gives their ids: that of `records.at(i)` is `ids[i]`.
   * Each line is asked for once.
   * Belongs into the transaction that moves their source on.
   */
  append(records: NewRecords): Promise<number[]>;
  /** Those of these ids that are still there, by id. */
  get(ids: readonly number[]): Promise<StoredRecord[]>;
  /**
   * Lines by time, the latest first. A page looks at no more than 20,000 lines: with a
   * rare `text`, `host` or `template` it may be empty and yet have a cursor.
   */
  page(filter: RecordFilter, request?: PageRequest): Promise<Page<StoredRecord>>;
  /** Lines in the order in which they were stored, from the one after `id` on. */
  after(id: number, limit: number): Promise<StoredRecord[]>;
  /** A line with those of its source before and after it, in order of time; nothing where the line is gone. */
  around(id: number, before: number, after: number): Promise<StoredRecord[]>;
}

/** Ids of one query. */
const BLOCK = 1000;
/** Lines that a page looks at. */
const SCAN = 20_000;

const WHERE = ['id', 'source', 'sequence', 'time', 'received'] as const;
const WHAT = ['host', 'app', 'level', 'template', 'text', 'raw'] as const;
const ORDER = 'records';

export function createRecords(access: Access): Records {
  const { kind, read, now } = access;
  /** What an index is in order of. */
  const inOrder = ({ from, to, source }: RecordFilter, position: Position | undefined) =>
    read
      .selectFrom('records')
      .selectAll()
      .$if(from !== undefined, (query) => query.where('time', '>=', toMillisecond(from ?? 0)))
      .$if(to !== undefined, (query) => query.where('time', '<=', toMillisecond(to ?? 0)))
      .$if(source !== undefined, (query) => query.where('source', 'in', [...(source ?? [])]))
      .$if(position !== undefined, (query) => query.where(behind(['time', 'id'], position ?? [])))
      .orderBy('time', 'desc')
      .orderBy('id', 'desc');
  /** What must be looked at line by line. */
  const among = (lines: ReturnType<typeof inOrder>, { host, template, text }: RecordFilter) =>
    read
      .selectFrom(lines.limit(SCAN).as('records'))
      .selectAll()
      .$if(host !== undefined, (query) => query.where('host', 'in', [...(host ?? [])]))
      .$if(template !== undefined, (query) => query.where('template', 'in', [...(template ?? [])]))
      .$if(text !== undefined, (query) => query.where(contains(kind, 'text', text ?? '')))
      .orderBy('time', 'desc')
      .orderBy('id', 'desc');

  return {
    async append(records) {
      const ids: number[] = [];
      await access.together(async ({ write }) => {
        for (let from = 0; from < records.length; from += CHUNK_IDS) {
          const length = Math.min(CHUNK_IDS, records.length - from);
          const received = toMillisecond(now());
          const chunk = await write
            .insertInto('record_chunks')
            .values({ received, records: length, bytes: 0 })
            .returning('id')
            .executeTakeFirstOrThrow();
          let bytes = 0;
          const at = (place: number): Row<'records'> | undefined => {
            const record = records.at(from + place);
            if (!record) return undefined;
            bytes += Buffer.byteLength(record.text) + (record.raw?.length ?? 0);
            return toRow(record, chunk.id * CHUNK_IDS + place, received);
          };
          await bulkInsert(write, 'records', [...WHERE, ...WHAT], { length, at });
          await write.updateTable('record_chunks').set({ bytes }).where('id', '=', chunk.id).execute();
          for (let place = 0; place < length; place++) ids.push(chunk.id * CHUNK_IDS + place);
        }
      });
      return ids;
    },

    async get(ids) {
      const found: StoredRecord[] = [];
      const sorted = [...ids].sort((a, b) => a - b);
      for (let from = 0; from < sorted.length; from += BLOCK) {
        const some = sorted.slice(from, from + BLOCK);
        found.push(...(await read.selectFrom('records').selectAll().where('id', 'in', some).orderBy('id').execute()));
      }
      return found;
    },

    async page(filter, request = {}) {
      const limit = limitOf(request);
      const lines = inOrder(filter, positionOf(ORDER, request, ['number', 'number']));
      const search = [filter.host, filter.template, filter.text].some((part) => part !== undefined);
      const rows = await (search ? among(lines, filter) : lines).limit(limit + 1).execute();
      const page = pageOf(rows, limit, ORDER, positionOfRecord, (row) => row);
      if (page.cursor !== null || !search) return page;
      const end = await lines
        .clearSelect()
        .select(['time', 'id'])
        .limit(1)
        .offset(SCAN - 1)
        .executeTakeFirst();
      return { items: page.items, cursor: end ? cursorOf(ORDER, positionOfRecord(end)) : null };
    },

    async after(id, limit) {
      return read
        .selectFrom('records')
        .selectAll()
        .where('id', '>', id)
        .orderBy('id')
        .limit(limitOf({ limit }))
        .execute();
    },

    async around(id, before, after) {
      const [record] = await this.get([id]);
      if (!record) return [];
      const near = (comparison: '<' | '>', direction: 'asc' | 'desc', count: number): Promise<StoredRecord[]> =>
        read
          .selectFrom('records')
          .selectAll()
          .where('source', '=', record.source)
          .where((eb) => eb(eb.refTuple('time', 'id'), comparison, eb.tuple(record.time, record.id)))
          .orderBy('time', direction)
          .orderBy('id', direction)
          .limit(count)
          .execute();
      const earlier = await near('<', 'desc', before);
      const later = await near('>', 'asc', after);
      return [...earlier.reverse(), record, ...later];
    },
  };
}

// --- internal ---

function toRow(record: NewRecord, id: number, received: number): Row<'records'> {
  const { source, sequence, host, app, level, template, text, raw = null } = record;
  const time = toOptionalMillisecond(record.time) ?? received;
  return { id, source, sequence, time, received, host, app, level, template, text, raw };
}

function positionOfRecord({ time, id }: { time: number; id: number }): [number, number] {
  return [time, id];
}
