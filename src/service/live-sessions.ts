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
  /** The session that an event of this name and time belongs to: a new one after a silence longer than the time-out. */
  touch(name: string, host: string, time: number): LiveSession;
  /** Lets go of the sessions that have been silent for longer than the time-out. */
  expire(now: number): void;
  /** All, the one that was silent for longest first. */
  all(): Iterable<LiveSession>;
}

/** Events that are remembered of a session. */
export const RECENT = 16;

/** @param most sessions; beyond it the one that was silent for longest ends */
export function createLiveSessions(timeout: number, most: number, from: Iterable<LiveSession> = []): LiveSessions {
  const sessions = new Map<string, LiveSession>();
  for (const session of from) sessions.set(session.name, session);
  return {
    get size() {
      return sessions.size;
    },
    touch: (name, host, time) => {
      const known = sessions.get(name);
      if (known) sessions.delete(name);
      if (known && time - known.last <= timeout) {
        sessions.set(name, known);
        known.last = Math.max(known.last, time);
        return known;
      }
      if (sessions.size >= most) {
        const [oldest] = sessions.keys();
        if (oldest !== undefined) sessions.delete(oldest);
      }
      const session: LiveSession = { name, host, state: null, last: time, events: 0, recent: [] };
      sessions.set(name, session);
      return session;
    },
    expire: (now) => {
      for (const session of sessions.values()) {
        // In the order of the last touch, which is nearly that of time.
        if (now - session.last <= timeout) break;
        sessions.delete(session.name);
      }
    },
    all: () => sessions.values(),
  };
}
