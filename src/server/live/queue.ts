/** A message of the live stream as it is sent. */
export interface LiveFrame {
  readonly type: string;
  /** JSON, the same text for all clients. */
  readonly text: string;
}

/** Messages that wait for one client, no more than it may have. */
export interface LiveQueue {
  push(frame: LiveFrame): void;
  /** The next message, when there is one; `null` at the end. One asks at a time. */
  next(): Promise<LiveFrame | null>;
  /** Nothing comes after what waits. */
  end(): void;
}

/**
 * A bounded queue. Beyond its bounds the oldest counters go first: newer ones say the
 * same. Then the oldest of all, and then the client is told to read anew what it shows
 * (`resync`, with how many messages it did not get).
 */
export function createLiveQueue({ messages, bytes }: { readonly messages: number; readonly bytes: number }): LiveQueue {
  let waiting: LiveFrame[] = [];
  let size = 0;
  let dropped = 0;
  let ended = false;
  let wake: (() => void) | undefined;

  const makeRoom = (): void => {
    while (waiting.length > 0 && (waiting.length >= messages || size > bytes)) {
      const counters = waiting.findIndex(({ type }) => PASSING.has(type));
      const [gone] = waiting.splice(Math.max(0, counters), 1);
      size -= gone?.text.length ?? 0;
      dropped++;
    }
  };
  return {
    push(frame) {
      if (ended) return;
      size += frame.text.length;
      makeRoom();
      waiting.push(frame);
      wake?.();
    },
    async next() {
      while (waiting.length === 0 && dropped === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (dropped > 0) {
        const text = JSON.stringify({ type: 'resync', dropped });
        dropped = 0;
        return { type: 'resync', text };
      }
      const [frame] = waiting;
      if (!frame) return null;
      waiting = waiting.slice(1);
      size -= frame.text.length;
      return frame;
    },
    end() {
      ended = true;
      wake?.();
    },
  };
}

// --- internal ---

/** What the next one of its kind makes worthless. */
const PASSING = new Set(['counters', 'status']);
