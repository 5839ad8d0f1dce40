import type { Access } from '../database.ts';
import { toMillisecond } from '../json.ts';
import type { NewAlert, Upserted } from '../types.ts';
import { toRow } from './alert-row.ts';
import { inBlocks } from './blocks.ts';
import { differentEntities } from './entities.ts';
import { upserted } from './upserted.ts';

/** Writes alerts: new ones, and the new content of those that are there. Of one id the last counts. */
export function upsertAlerts(access: Access, alerts: readonly NewAlert[]): Promise<Upserted> {
  const now = toMillisecond(access.now());
  const byId = new Map(alerts.map((alert) => [alert.id, { alert, ...toRow(alert, now) }]));
  return access.together(async ({ write }) => {
    const written: { id: string; revision: number }[] = [];
    for (const block of inBlocks([...byId.values()], ({ row }) => row.id)) {
      const rows = await write
        .insertInto('alerts')
        .values(block.map(({ row }) => row))
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((eb) => ({
              time: eb.ref('excluded.time'),
              hour: eb.ref('excluded.hour'),
              priority: eb.ref('excluded.priority'),
              severity: eb.ref('excluded.severity'),
              rank: eb.ref('excluded.rank'),
              detector: eb.ref('excluded.detector'),
              source: eb.ref('excluded.source'),
              template: eb.ref('excluded.template'),
              window: eb.ref('excluded.window'),
              suppression: eb.ref('excluded.suppression'),
              updated: eb.ref('excluded.updated'),
              revision: eb('alerts.revision', '+', 1),
              content: eb.ref('excluded.content'),
              text: eb.ref('excluded.text'),
            }))
            .whereRef('alerts.content', '<>', 'excluded.content'),
        )
        .returning(['id', 'number', 'revision'])
        .execute();
      written.push(...rows);
      if (rows.length === 0) continue;

      const changed = rows.filter(({ revision }) => revision > 1).map(({ number }) => number);
      if (changed.length > 0) {
        await write.deleteFrom('alert_bodies').where('alert', 'in', changed).execute();
        await write.deleteFrom('alert_entities').where('alert', 'in', changed).execute();
      }
      const contents = rows.flatMap(({ id, number }) => {
        const content = byId.get(id);
        return content ? [{ ...content, number }] : [];
      });
      const bodies = contents.map(({ number, body }) => ({ alert: number, body_json: body }));
      await write.insertInto('alert_bodies').values(bodies).execute();
      const entities = contents.flatMap(({ number, alert }) =>
        differentEntities([...(alert.entity ? [alert.entity] : []), ...alert.entities]).map((entity) => ({
          alert: number,
          kind: entity.kind,
          value: entity.value,
        })),
      );
      if (entities.length > 0) await write.insertInto('alert_entities').values(entities).execute();
    }
    return upserted(written);
  });
}
