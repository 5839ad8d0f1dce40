import type { LiveMessage } from '../../service/index.ts';
import type { Actor } from '../access.ts';
import type { AppParts } from '../dependencies.ts';
import { Problem } from '../problem.ts';
import { createLiveQueue, type LiveFrame, type LiveQueue } from './queue.ts';

/** One client of the live stream. */
export interface LiveClient {
  readonly queue: LiveQueue;
  /** It went away. */
  leave(): void;
}

/** Passes on what happens to everybody who watches. */
export interface LiveHub {
  /**
   * Lets a client in. Its first message is where the service stands, before that `resync`
   * where it was here before: what happened in between is not kept.
   *
   * @param stillWelcome asked again and again; when it fails the client's stream ends
   * @throws Problem 503 where there are too many
   */
  join(actor: Actor, returning: boolean, stillWelcome: () => Promise<unknown>): LiveClient;
  /** How many watch. */
  readonly clients: number;
  close(): void;
}

export function createLiveHub({ service, clock, limits }: AppParts): LiveHub {
  const clients = new Map<LiveQueue, string>();
  let unsubscribe: (() => void) | undefined;
  const pass = (message: LiveMessage): void => {
    const frame = frameOf(message);
    for (const queue of clients.keys()) queue.push(frame);
  };
  return {
    get clients() {
      return clients.size;
    },

    join(actor, returning, stillWelcome) {
      const own = [...clients.values()].filter((identity) => identity === actor.identity).length;
      if (clients.size >= limits.liveClients || own >= limits.liveClientsEach) {
        throw new Problem(503, 'Too many live streams are open. Close some, or try again later.', {
          headers: { 'retry-after': '30' },
        });
      }
      const queue = createLiveQueue({ messages: limits.liveQueue, bytes: limits.liveQueueBytes });
      clients.set(queue, actor.identity);
      unsubscribe ??= service.subscribe(pass);
      if (returning) queue.push({ type: 'resync', text: JSON.stringify({ type: 'resync', dropped: 0 }) });
      queue.push(frameOf({ type: 'status', status: service.status() }));

      let cancel = (): void => {};
      const leave = (): void => {
        cancel();
        queue.end();
        clients.delete(queue);
        if (clients.size > 0) return;
        unsubscribe?.();
        unsubscribe = undefined;
      };
      const look = (): void => {
        cancel = clock.after(limits.liveCheck, () => {
          // A message now and then also keeps proxies from closing a quiet connection.
          queue.push({ type: 'ping', text: '{"type":"ping"}' });
          stillWelcome().then(() => clients.has(queue) && look(), leave);
        });
      };
      look();
      return { queue, leave };
    },

    close() {
      for (const queue of clients.keys()) queue.end();
    },
  };
}

// --- internal ---

function frameOf(message: LiveMessage): LiveFrame {
  return { type: message.type, text: JSON.stringify(message) };
}
