import { sql } from 'kysely';
import { behind, contains } from '../conditions.ts';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { Row, Schema } from '../schema.ts';
import type { NewTemplate, Page, PageRequest, StoredTemplate } from '../types.ts';
import { inBlocks } from './blocks.ts';

/** The templates of all lines ever seen. */
export interface Templates {
  /** Adds templates and counts. Belongs into the transaction that holds their lines. */
  save(templates: readonly NewTemplate[]): Promise<void>;
  /** Says that a template generalised: `from` now goes by `to`. */
  alias(from: string, to: string): Promise<void>;
  /** Those of these ids, by id. */
  get(ids: readonly string[]): Promise<StoredTemplate[]>;
  /** The most frequent first, those that hold `text` where it is given. */
  page(filter: { readonly text?: string | undefined }, request?: PageRequest): Promise<Page<StoredTemplate>>;
}

export function createTemplates(access: Access): Templates {
  const { kind, read, write } = access;
  return {
    async save(templates) {
      const rows = new Map<string, Row<'templates'>>();
      for (const { id, text, count, lastSeen } of templates) {
        const seen = toMillisecond(lastSeen);
        const known = rows.get(id);
        rows.set(id, {
          ...{ id, text, alias: null },
          count: count + (known?.count ?? 0),
          first_seen: Math.min(seen, known?.first_seen ?? seen),
          last_seen: Math.max(seen, known?.last_seen ?? seen),
        });
      }
      await access.together(async ({ write }) => {
        for (const block of inBlocks([...rows.values()], ({ id }) => id)) {
          await write
            .insertInto('templates')
            .values(block)
            .onConflict((conflict) =>
              conflict.column('id').doUpdateSet((eb) => ({
                text: eb.ref('excluded.text'),
                count: eb('templates.count', '+', eb.ref('excluded.count')),
                first_seen: lesser(sql.ref('templates.first_seen'), sql.ref('excluded.first_seen')),
                last_seen: greater(sql.ref('templates.last_seen'), sql.ref('excluded.last_seen')),
              })),
            )
            .execute();
        }
      });
    },

    async alias(from, to) {
      await write.updateTable('templates').set({ alias: to }).where('id', '=', from).execute();
    },

    async get(ids) {
      if (ids.length === 0) return [];
      const rows = await read
        .selectFrom('templates')
        .selectAll()
        .where('id', 'in', [...ids])
        .orderBy('id')
        .execute();
      return rows.map(toTemplate);
    },

    async page({ text }, request = {}) {
      const limit = limitOf(request);
      const position = positionOf('templates', request, ['number', 'string']);
      const rows = await read
        .selectFrom('templates')
        .selectAll()
        .$if(text !== undefined, (query) => query.where(contains(kind, 'text', text ?? '')))
        .$if(position !== undefined, (query) => query.where(behind(['count', 'id'], position ?? [])))
        .orderBy('count', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'templates', (row) => [row.count, row.id], toTemplate);
    },
  };
}

// --- internal ---

type Reference = ReturnType<typeof sql.ref<number>>;

function lesser(a: Reference, b: Reference) {
  return sql<number>`case when ${a} < ${b} then ${a} else ${b} end`;
}

function greater(a: Reference, b: Reference) {
  return sql<number>`case when ${a} > ${b} then ${a} else ${b} end`;
}

function toTemplate({ id, text, count, first_seen, last_seen, alias }: Schema['templates']): StoredTemplate {
  return { id, text, count, firstSeen: first_seen, lastSeen: last_seen, alias };
}
