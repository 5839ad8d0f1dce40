import { type Calibration, severityOf } from '../score/index.ts';
import type { Alert, Entity, EventColumns, HuntWindow, Template } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { prioritise } from './priority.ts';

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
 * Groups flagged events by detector, entity, template and time bucket into alerts, the
 * most urgent first. The id of an alert is made of content alone, so that judging a
 * line twice never makes two alerts.
 */
export function makeAlerts(channels: readonly FlaggedChannel[], context: AlertContext): Alert[] {
  const { events, bucket = 3_600_000 } = context;
  const mentions = countMentions(events);
  const alerts = new Map<string, Alert>();
  for (const channel of channels) {
    const groups = new Map<string, FlaggedEvent[]>();
    for (const flagged of channel.flagged) {
      const entity = mainEntity(events, flagged.row);
      const time = Math.floor(events.time[flagged.row]! / bucket);
      const name = `${entity} ${events.template[flagged.row]} ${events.source[flagged.row]} ${time}`;
      const group = groups.get(name);
      if (group) group.push(flagged);
      else groups.set(name, [flagged]);
    }
    for (const group of groups.values()) {
      const alert = alertOf(channel, group, context, mentions);
      alerts.set(alert.id, alert);
    }
  }
  return [...alerts.values()].sort(
    (a, b) => b.priority.score - a.priority.score || a.time - b.time || (a.id < b.id ? -1 : 1),
  );
}

// --- internal ---

function alertOf(
  channel: FlaggedChannel,
  group: readonly FlaggedEvent[],
  context: AlertContext,
  mentions: Int32Array,
): Alert {
  const { events } = context;
  const rows = group.map(({ row }) => row).sort((a, b) => a - b);
  const first = rows[0]!;
  const worst = group.reduce((a, b) => (b.surprise > a.surprise ? b : a));
  const entityId = mainEntity(events, first);
  const entity: Entity | null = entityId === -1 ? null : events.entityTable.entity(entityId);
  const time = events.time[first]!;
  const inside = context.windows.find((window) => time >= window.start && time <= window.end);
  const count = rows.reduce((sum, row) => sum + events.repeat[row]!, 0);
  return {
    id: contentId([
      channel.modelHash,
      channel.detector,
      'event',
      context.sourceGeneration(events.source[first]!),
      entity ? `${entity.kind}:${entity.value}` : '',
      events.offset[first]!,
    ]),
    time,
    severity: severityOf(worst.score, channel.calibration),
    calibrated: channel.calibration.calibrated,
    priority: prioritise({
      surprise: worst.surprise,
      channels: inside?.channels.length ?? 0,
      entityShare: entityId === -1 ? 1 : mentions[entityId]! / events.count,
      hosts: new Set(rows.map((row) => events.host[row])).size,
      events: count,
    }),
    detector: channel.detector,
    entity,
    template: context.template(events.template[first]!),
    reason: worst.reason,
    windowId: inside?.id ?? null,
    count,
    events: rows,
  };
}

/** The entity an analyst would search for: address before user before host. */
function mainEntity(events: EventColumns, row: number): number {
  let best = -1;
  let bestRank = 0;
  for (let e = events.entityOffsets[row]!; e < events.entityOffsets[row + 1]!; e++) {
    const id = events.entities[e]!;
    const rank = { address: 3, user: 2, host: 1, process: 0 }[events.entityTable.entity(id).kind];
    if (rank > bestRank) {
      best = id;
      bestRank = rank;
    }
  }
  return best;
}

/** How many events name each entity. */
function countMentions(events: EventColumns): Int32Array {
  const mentions = new Int32Array(events.entityTable.size);
  for (const id of events.entities) mentions[id]! += 1;
  return mentions;
}
