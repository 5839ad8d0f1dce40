import type { StreamState } from '../models/index.ts';

/** A judged event of a session, as much as explaining a later one takes. */
export interface RecentEvent {
  /** Public id of its template. */
  readonly key: string;
  readonly nll: number;
  readonly time: number;
  /** Of its line: offset in its generation, or number. */
  readonly sequence: number;
}

/** A session that goes on. */
export interface LiveSession {
  /** That its first event came from. */
  readonly source: number;
  readonly name: string;
  readonly host: string;
  /** Of the detector; `null` where it begins. */
  state: StreamState | null;
  /** Time of its last event. */
  last: number;
  events: number;
  /** The last events, the oldest first. */
  recent: RecentEvent[];
}

/** Sessions by their names, in bounded memory. */
export interface LiveSessions {
  readonly size: number;
  /**
   * The session that an event belongs to: a new one after a silence longer than the
   * time-out. Every source has a time of its own: one that is ahead ends nothing of the others.
   */
  touch(source: number, name: string, host: string, time: number): LiveSession;
  /** All, the one that was silent for longest first. */
  all(): Iterable<LiveSession>;
}

/** Events that are remembered of a session. */
export const RECENT = 10;

/**
 * @param timeout silence that ends a session, ms; a source whose time goes back by more than that was set back
 * @param most sessions; beyond it the one that was silent for longest ends
 */
export function createLiveSessions(timeout: number, most: number, from: Iterable<LiveSession> = []): LiveSessions {
  const sessions = new Map<string, LiveSession>();
  /** Latest time of each source. */
  const reached = new Map<number, number>();
  for (const session of from) {
    sessions.set(session.name, session);
    reached.set(session.source, Math.max(session.last, reached.get(session.source) ?? session.last));
  }
  /** Lets go of sessions that are over. */
  const expire = (): void => {
    for (const session of sessions.values()) {
      // In the order of the last touch, which is nearly that of time.
      if ((reached.get(session.source) ?? session.last) - session.last <= timeout) break;
      sessions.delete(session.name);
    }
  };
  return {
    get size() {
      return sessions.size;
    },
    touch: (source, name, host, time) => {
      const before = reached.get(source) ?? time;
      reached.set(source, before - time > timeout ? time : Math.max(before, time));
      const known = sessions.get(name);
      if (known) sessions.delete(name);
      expire();
      if (known && Math.abs(time - known.last) <= timeout) {
        sessions.set(name, known);
        known.last = Math.max(known.last, time);
        return known;
      }
      if (sessions.size >= most) {
        const [oldest] = sessions.keys();
        if (oldest !== undefined) sessions.delete(oldest);
      }
      const session: LiveSession = { source, name, host, state: null, last: time, events: 0, recent: [] };
      sessions.set(name, session);
      return session;
    },
    all: () => sessions.values(),
  };
}
