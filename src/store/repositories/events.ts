import { contentId } from '../../util/hash.ts';
import { behind } from '../conditions.ts';
import { limitOf, pageOf, positionOf } from '../cursor.ts';
import type { Access } from '../database.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { EventTable } from '../schema.ts';
import type { EventFilter, FlaggedEvent, NewFlaggedEvent, Page, PageRequest } from '../types.ts';
import { inBlocks } from './blocks.ts';

/** Events that a detector flagged. */
export interface Events {
  /** Stores events; one that is there already only gets its new alert and window. */
  save(events: readonly NewFlaggedEvent[]): Promise<void>;
  /** The latest first. */
  page(filter: EventFilter, request?: PageRequest): Promise<Page<FlaggedEvent>>;
}

export function createEvents(access: Access): Events {
  const { read } = access;
  return {
    async save(events) {
      const rows = new Map(events.map(toRow).map((row) => [row.id, row]));
      await access.together(async ({ write }) => {
        for (const block of inBlocks([...rows.values()], ({ id }) => id)) {
          await write
            .insertInto('events')
            .values(block)
            .onConflict((conflict) =>
              conflict.column('id').doUpdateSet((eb) => ({
                alert: eb.fn.coalesce('excluded.alert', 'events.alert'),
                window: eb.fn.coalesce('excluded.window', 'events.window'),
              })),
            )
            .execute();
        }
      });
    },

    async page({ from, to, source, detector, host, template, alert, window }, request = {}) {
      const limit = limitOf(request);
      const position = positionOf('events', request, ['number', 'string']);
      const rows = await read
        .selectFrom('events')
        .selectAll()
        .$if(from !== undefined, (query) => query.where('time', '>=', toMillisecond(from ?? 0)))
        .$if(to !== undefined, (query) => query.where('time', '<=', toMillisecond(to ?? 0)))
        .$if(source !== undefined, (query) => query.where('source', 'in', [...(source ?? [])]))
        .$if(detector !== undefined, (query) => query.where('detector', 'in', [...(detector ?? [])]))
        .$if(host !== undefined, (query) => query.where('host', 'in', [...(host ?? [])]))
        .$if(template !== undefined, (query) => query.where('template', 'in', [...(template ?? [])]))
        .$if(alert !== undefined, (query) => query.where('alert', '=', alert ?? ''))
        .$if(window !== undefined, (query) => query.where('window', '=', window ?? ''))
        .$if(position !== undefined, (query) => query.where(behind(['time', 'id'], position ?? [])))
        .orderBy('time', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return pageOf(rows, limit, 'events', ({ time, id }) => [time, id], toEvent);
    },
  };
}

// --- internal ---

function toRow({ detail, ...event }: NewFlaggedEvent): EventTable {
  const id = contentId([event.source, event.generation, event.sequence, event.detector, event.channel]);
  return { ...event, id, time: toMillisecond(event.time), detail_json: toJson(detail) };
}

function toEvent({ detail_json, ...row }: EventTable): FlaggedEvent {
  return { ...row, severity: row.severity as FlaggedEvent['severity'], detail: fromJson(detail_json) };
}
