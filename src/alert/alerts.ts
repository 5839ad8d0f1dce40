import { type Calibration, severityOf } from '../score/index.ts';
import type { Alert, Entity, EventColumns, HuntWindow, Template } from '../types.ts';
import { mainEntity } from './entities.ts';
import { createAlertGrouper } from './grouper.ts';

/** One flagged event as a channel reports it. */
export interface FlaggedEvent {
  /** Row in the event table. */
  readonly row: number;
  /** The channel's own score, as its calibration knows it. */
  readonly score: number;
  /** -log10 of the score's tail probability. */
  readonly surprise: number;
  /** What an analyst should read: expected against seen, or usual against counted. */
  readonly reason: string;
}

/** The flagged events of one channel. */
export interface FlaggedChannel {
  readonly detector: string;
  /** Hash of the model that judged, part of the alerts' ids. */
  readonly modelHash: string;
  readonly calibration: Calibration;
  readonly flagged: readonly FlaggedEvent[];
}

/** What alerts need of the world around them. */
export interface AlertContext {
  readonly events: EventColumns;
  readonly windows: readonly HuntWindow[];
  /** Public template of an internal number. */
  template(internal: number): Template;
  /** Fingerprint of a source's first bytes: a rotated file is another source. */
  sourceGeneration(source: number): string;
  /** Length of the time bucket that groups equal alerts, ms; an hour unless told. */
  readonly bucket?: number;
}

/**
 * The alerts of logs that are all there, the most urgent first, grouped as
 * `createAlertGrouper` does it. The id of an alert is made of content alone, so that
 * judging a line twice never makes two alerts.
 */
export function makeAlerts(channels: readonly FlaggedChannel[], context: AlertContext): Alert[] {
  const { events, bucket, windows } = context;
  const mentions = countMentions(events);
  const names = Number.POSITIVE_INFINITY;
  const grouper = createAlertGrouper({ bucket, groups: names, names });
  const rows = new Map<string, number[]>();
  for (const { detector, modelHash, calibration, flagged } of channels) {
    for (const { row, score, surprise, reason } of [...flagged].sort((a, b) => a.row - b.row)) {
      const entities = entitiesOf(events, row);
      const time = events.time[row]!;
      const id = grouper.add({
        ...{ modelHash, detector, surprise, reason, entities, time, line: null, received: null },
        source: { id: events.source[row]!, name: '', generation: context.sourceGeneration(events.source[row]!) },
        offset: events.offset[row]!,
        host: events.host[row]! < 0 ? null : events.strings.value(events.host[row]!),
        entityShare: shareOf(mainEntity(entities), events, mentions),
        template: context.template(events.template[row]!),
        severity: severityOf(score, calibration),
        calibrated: calibration.calibrated,
        repeat: events.repeat[row]!,
      });
      const before = rows.get(id);
      if (before) before.push(row);
      else {
        rows.set(id, [row]);
        const inside = windows.find((window) => time >= window.start && time <= window.end);
        if (inside) grouper.place(id, { id: inside.id, channels: inside.channels.length });
      }
    }
  }
  return grouper
    .take()
    .map(({ source, entities, lines, ...alert }) => ({ ...alert, events: rows.get(alert.id) ?? [] }))
    .sort((a, b) => b.priority.score - a.priority.score || a.time - b.time || (a.id < b.id ? -1 : 1));
}

// --- internal ---

function entitiesOf({ entityOffsets, entities, entityTable }: EventColumns, row: number): Entity[] {
  return Array.from(entities.subarray(entityOffsets[row], entityOffsets[row + 1]), (id) => entityTable.entity(id));
}

function shareOf(entity: Entity | null, events: EventColumns, mentions: Int32Array): number {
  return entity ? mentions[events.entityTable.intern(entity.kind, entity.value)]! / events.count : 1;
}

/** How many events name each entity. */
function countMentions(events: EventColumns): Int32Array {
  const mentions = new Int32Array(events.entityTable.size);
  for (const id of events.entities) mentions[id]! += 1;
  return mentions;
}
