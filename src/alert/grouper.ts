import type { Entity } from '../types.ts';
import { entityName, mainEntity } from './entities.ts';
import { alertOf, beginGroup, countIn, type Group, type GroupState, groupOf, namedBy, stateOf } from './group.ts';
import type { AlertKnowledge, LiveAlert, LiveEvent, PlacedWindow } from './live-alert.ts';

export interface AlertGrouperOptions extends AlertKnowledge {
  /** Length of the time bucket that groups equal alerts, ms; an hour unless told. */
  readonly bucket?: number | undefined;
  /** Alerts that are held open, 1,000 unless told: the one that was quiet for longest is let go. */
  readonly groups?: number | undefined;
  /** Hosts, and entities, that an alert lists at most, 64 unless told. */
  readonly names?: number | undefined;
  /** Where another one stood. */
  readonly from?: GrouperSnapshot | undefined;
}

/** All that a grouper knows, as JSON. */
export interface GrouperSnapshot {
  /** Those that are held, the one that was quiet for longest first. */
  readonly held: readonly GroupState[];
  /** Those that were let go and were not taken yet. */
  readonly gone: readonly GroupState[];
  /** Ids of those that were not taken yet. */
  readonly changed: readonly string[];
}

/** Makes alerts of flagged events as they come. */
export interface AlertGrouper {
  /** Puts an event into the alert of its group, or begins one; gives the alert's id. */
  add(event: LiveEvent): string;
  /** The alerts that are new or other than when they were last taken, in the order in which they changed first. */
  take(): LiveAlert[];
  /**
   * Puts an alert into a window, or out of it.
   *
   * @returns false where the alert is not held any more: what is stored has to be changed, with `reprioritise`
   */
  place(alert: string, window: PlacedWindow | null): boolean;
  snapshot(): GrouperSnapshot;
}

/**
 * Groups flagged events by model, detector, source, main entity, template and time bucket.
 * An alert is there with its first event, and its id is made of content alone (model,
 * detector, source generation, entity, offset of the first event), so that the same events
 * give the same alerts, however often they are taken and wherever the grouper was saved
 * and went on. A group that was let go and goes on is another alert.
 */
export function createAlertGrouper(options: AlertGrouperOptions = {}): AlertGrouper {
  const { bucket = 3_600_000, groups = 1000, names = 64, criticality, history, from } = options;
  const held = new Map<string, Group>();
  const byId = new Map<string, Group>();
  const changed = new Map<string, Group>();
  const hold = (group: Group): void => {
    held.set(group.key, group);
    byId.set(group.id, group);
  };
  if (from) {
    const gone = new Map(from.gone.map((state) => [state.id, groupOf(state)]));
    for (const state of from.held) hold(groupOf(state));
    for (const id of from.changed) {
      const group = byId.get(id) ?? gone.get(id);
      if (group) changed.set(id, group);
    }
  }

  return {
    add(event) {
      const entity = mainEntity(event.entities);
      const key = keyOf(event, entity, Math.floor(event.time / bucket));
      const group = held.get(key) ?? beginGroup(key, event, entity);
      countIn(group, event, names);
      if (criticality) group.criticality = criticality(namedBy(group));
      if (history) {
        group.history = history({ detector: group.detector, template: group.template?.id ?? null, entity });
      }
      held.delete(key);
      hold(group);
      changed.set(group.id, group);
      if (held.size > groups) {
        const [quiet] = held.values();
        if (quiet) {
          held.delete(quiet.key);
          byId.delete(quiet.id);
        }
      }
      return group.id;
    },

    take() {
      const alerts = Array.from(changed.values(), alertOf);
      changed.clear();
      return alerts;
    },

    place(alert, window) {
      const group = byId.get(alert);
      if (!group) return false;
      if (group.window?.id === window?.id && group.window?.channels === window?.channels) return true;
      group.window = window;
      changed.set(alert, group);
      return true;
    },

    snapshot: () => ({
      held: Array.from(held.values(), stateOf),
      gone: [...changed.values()].filter(({ id }) => !byId.has(id)).map(stateOf),
      changed: [...changed.keys()],
    }),
  };
}

// --- internal ---

function keyOf(event: LiveEvent, entity: Entity | null, bucket: number): string {
  const { modelHash, detector, source, template } = event;
  return [modelHash, detector, source.id, source.generation, entityName(entity), template?.id ?? '', bucket].join('\0');
}
