import type { HuntWindow, LineRange, Severity } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { mainEntity } from './entities.ts';
import type { AlertKnowledge, LiveAlert } from './live-alert.ts';
import { prioritise } from './priority.ts';

/** A window that is over. */
export interface ClosedWindow {
  readonly window: Omit<HuntWindow, 'events'>;
  /** Hash of the model that judged its events. */
  readonly modelHash: string;
  /** Flagged events in it, and what the most surprising of them says. */
  readonly events: number;
  readonly surprise: number;
  readonly severity: Severity;
  readonly calibrated: boolean;
  /** Share of all events that name its main entity, 1 without one. */
  readonly entityShare: number;
  /** Epoch ms at which it closed. */
  readonly closed: number;
  readonly source: number | null;
  readonly lines: LineRange | null;
}

/** What the alerts of windows name as their detector. */
export const WINDOW_DETECTOR = 'window';

/** The alert of a window, which is there when the window closes. Its id is that of its window and model. */
export function windowAlert(
  { window, modelHash, closed, ...found }: ClosedWindow,
  { criticality, history }: AlertKnowledge = {},
): LiveAlert {
  const { entities } = window;
  const entity = mainEntity(entities);
  const named = (kind: string): number => entities.filter((other) => other.kind === kind).length;
  return {
    id: contentId([modelHash, WINDOW_DETECTOR, 'window', window.id]),
    ...{ time: window.start, severity: found.severity, calibrated: found.calibrated, detector: WINDOW_DETECTOR },
    priority: prioritise({
      ...{ surprise: found.surprise, channels: window.channels.length, entityShare: found.entityShare },
      ...{ hosts: Math.max(1, named('host')), users: named('user'), events: found.events },
      criticality: criticality?.(entities),
      age: Math.max(0, closed - window.end),
      history: history?.({ detector: WINDOW_DETECTOR, template: null, entity }),
    }),
    ...{ entity, template: null, reason: window.reason, windowId: window.id, count: found.events },
    ...{ source: found.source, entities, lines: found.lines },
  };
}
