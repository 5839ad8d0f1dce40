import { contentId } from '../../util/hash.ts';
import { fromJson, toJson, toMillisecond } from '../json.ts';
import type { AlertTable } from '../schema.ts';
import type { NewAlert, Status, StoredAlert } from '../types.ts';

const HOUR = 3_600_000;

/** An alert as its row and its body, without what the row keeps through later writes. */
export function toRow(alert: NewAlert, now: number): { readonly row: AlertTable; readonly body: string } {
  const { suppression = null, ...content } = alert;
  const body = toJson(content);
  const named = [...(alert.entity ? [alert.entity] : []), ...alert.entities];
  const row: AlertTable = {
    id: alert.id,
    time: toMillisecond(alert.time),
    hour: Math.floor(alert.time / HOUR) * HOUR,
    priority: alert.priority.score,
    status: 'open',
    severity: alert.severity,
    rank: alert.priority.rank,
    detector: alert.detector,
    source: alert.source,
    template: alert.template?.id ?? null,
    window: alert.windowId,
    suppression,
    status_until: null,
    created: now,
    updated: now,
    revision: 1,
    content: contentId([body, suppression ?? '']),
    text: [alert.reason, alert.template?.text ?? '', ...named.map(({ value }) => value)].join('\n'),
  };
  return { row, body };
}

/** An alert of a row and its body. */
export function toAlert(row: AlertTable & { readonly body_json: string }): StoredAlert {
  const { suppression, status, created, updated, revision } = row;
  const content = fromJson<NewAlert>(row.body_json);
  return {
    ...content,
    suppression,
    status: status as Status,
    statusUntil: row.status_until,
    created,
    updated,
    revision,
  };
}
