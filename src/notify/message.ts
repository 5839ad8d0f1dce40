import type { LiveAlert } from '../alert/index.ts';
import type { HuntWindow } from '../types.ts';
import { contentId } from '../util/hash.ts';

/** An alert as the store gives it. */
export interface NotifiedAlert extends LiveAlert {
  /** What silences it: nobody is told then. */
  readonly suppression: string | null;
}

export type NotifiedWindow = Omit<HuntWindow, 'events'>;

/** Something that happened. */
export type Notification =
  | { readonly type: 'alert'; readonly alert: NotifiedAlert; readonly change: 'added' | 'changed' }
  | { readonly type: 'window'; readonly window: NotifiedWindow; readonly change: 'open' | 'extend' | 'close' };

/** What a receiver is told, as JSON. */
export type NotifyMessage = NotifiedThing & {
  /** Of its content: who gets it twice, as may happen, knows it by this. */
  readonly id: string;
  /** Epoch ms at which it was made. */
  readonly time: number;
};

type NotifiedThing =
  | { readonly type: 'alert'; readonly change: 'added' | 'changed'; readonly alert: NotifiedAlert }
  | { readonly type: 'window'; readonly change: 'open' | 'close'; readonly window: NotifiedWindow };

/** The message of what happened, `null` where nobody needs to hear of it. */
export function messageOf(happened: Notification, time: number): NotifyMessage | null {
  if (happened.type === 'alert') {
    const { type, alert, change } = happened;
    if (alert.suppression !== null) return null;
    return { id: contentId(['alert', alert.id, alert.priority.rank]), time, type, change, alert };
  }
  const { type, window, change } = happened;
  return change === 'extend' ? null : { id: contentId(['window', window.id, change]), time, type, change, window };
}

/** Such as `alert.added`. */
export function eventName({ type, change }: NotifyMessage): string {
  return `${type}.${change}`;
}

/** Whether it is a message that was kept as JSON. */
export function isMessage(value: unknown): value is NotifyMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { id, time, type } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof time === 'number' && (type === 'alert' || type === 'window');
}
