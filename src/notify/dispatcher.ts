import type { NotifyTarget } from '../config/index.ts';
import { CaracalError } from '../errors.ts';
import type { Priority } from '../types.ts';
import type { Rng } from '../util/rng.ts';
import type { NotifyClock } from './clock.ts';
import { createNotifier } from './create-notifier.ts';
import {
  GIVEN_UP,
  type Letter,
  type LetterBox,
  letterOf,
  messageIn,
  type NewLetter,
  waitingLetters,
} from './letters.ts';
import { messageOf, type Notification, type NotifyMessage } from './message.ts';
import type { NotifyContext } from './notifier.ts';
import { createTargetQueue, type QueueBounds, type TargetQueue, type TargetStatus } from './target-queue.ts';

export interface DispatcherOptions {
  readonly targets: readonly NotifyTarget[];
  /** Where messages are kept until they are delivered; `store.deadLetters` is one. */
  readonly letters: LetterBox;
  readonly clock: NotifyClock;
  /** Spreads the pauses between attempts. */
  readonly rng: Rng;
  readonly context?: Omit<NotifyContext, 'now'> | undefined;
  /** 1,000 messages a target, 6 attempts of 10 s, pauses of 1 s to 60 s unless told. */
  readonly bounds?: Partial<QueueBounds> | undefined;
}

/** Tells targets what happened. Nothing that it is given makes its caller wait or fail. */
export interface Dispatcher {
  /** Keeps the messages of what happened and delivers them. */
  notify(happened: Notification): void;
  /**
   * The letters of what happened, one for each target that wants it. Whoever keeps them in
   * the transaction that stores the alert, and sends them after it, loses none in a crash.
   */
  plan(happened: Notification): NewLetter[];
  /** Delivers letters that were kept. */
  send(letters: readonly Letter[]): void;
  /** Delivers what an earlier process left behind, but not what it had given up; gives how many. Call it once, at the start. */
  resume(): Promise<number>;
  /**
   * Tries a dead letter once more, now.
   *
   * @returns why it failed again, `null` where it is delivered
   * @throws CaracalError `E_STORE_CONFLICT` where no such letter waits, `E_USAGE` where its target is gone
   */
  retry(id: number): Promise<CaracalError | null>;
  /**
   * Other targets from now on; what waits for one that is gone stays as letters.
   *
   * @throws CaracalError `E_USAGE` for a URL that is not possible, or a name that is given twice
   */
  change(targets: readonly NotifyTarget[]): Promise<void>;
  /** How each target does, and how many messages could not even be kept in memory. */
  status(): { readonly targets: readonly TargetStatus[]; readonly lost: number };
  /** Until nothing waits any more. */
  idle(): Promise<void>;
  /** Stops; what is not delivered stays as letters. */
  close(): Promise<void>;
}

/**
 * Delivers at least once: a message is kept before it is tried, tried again with growing
 * pauses, and kept as a dead letter in the end. Each has an id of its content.
 *
 * @throws CaracalError `E_USAGE` as `change` does
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { letters, clock, rng } = options;
  const bounds: QueueBounds = { ...BOUNDS, ...options.bounds };
  const context: NotifyContext = { ...options.context, now: clock.now };
  const told = new Map<string, number>();
  let targets = new Map<string, Target>();
  let keeping: Promise<void> = Promise.resolve();
  let kept = 0;
  let lost = 0;

  const made = (wanted: readonly NotifyTarget[]): Map<string, Target> => {
    const next = new Map<string, Target>();
    for (const target of wanted) {
      if (next.has(target.name)) {
        throw new CaracalError('E_USAGE', `Two targets are named ${target.name}. Give each a name of its own.`);
      }
      const old = targets.get(target.name);
      const same = old && JSON.stringify(old.target) === JSON.stringify(target);
      const queue = same
        ? old.queue
        : createTargetQueue(createNotifier(target, context), {
            ...{ letters, clock, bounds },
            rng: rng.fork(target.name),
          });
      next.set(target.name, { target, queue });
    }
    return next;
  };
  targets = made(options.targets);

  const wanted = ({ target }: Target, message: NotifyMessage): boolean => {
    if (!target.enabled) return false;
    if (message.type === 'window') return true;
    const { rank } = message.alert.priority;
    if (RANKS.indexOf(rank) > RANKS.indexOf(target.from)) return false;
    // An alert that only grew says nothing new.
    return message.change === 'added' || RANKS.indexOf(rank) < (told.get(message.alert.id) ?? RANKS.length);
  };
  const remember = (message: NotifyMessage): void => {
    if (message.type !== 'alert') return;
    const { id, priority } = message.alert;
    const rank = Math.min(RANKS.indexOf(priority.rank), told.get(id) ?? RANKS.length);
    told.delete(id);
    told.set(id, rank);
    const [oldest] = told.keys();
    if (told.size > TOLD && oldest !== undefined) told.delete(oldest);
  };
  const plan = (happened: Notification): NewLetter[] => {
    const message = messageOf(happened, clock.now());
    if (!message) return [];
    return [...targets.values()]
      .filter((target) => wanted(target, message))
      .map(({ target }) => letterOf(target.name, message));
  };
  const push = (letter: NewLetter, id: number | null): void => {
    const message = messageIn(letter);
    if (message) targets.get(letter.notifier)?.queue.push({ id, message });
  };
  const keep = async (letter: NewLetter): Promise<void> => {
    try {
      push(letter, (await letters.add(letter)).id);
    } catch {
      // Without its store it is still worth telling.
      push(letter, null);
    }
    kept--;
  };

  return {
    plan,
    notify(happened) {
      for (const letter of plan(happened)) {
        const message = messageIn(letter);
        if (message) remember(message);
        if (kept >= bounds.queue) lost++;
        else {
          kept++;
          keeping = keeping.then(() => keep(letter));
        }
      }
    },
    send(list) {
      for (const letter of list) {
        const message = messageIn(letter);
        if (message) remember(message);
        push(letter, letter.id);
      }
    },
    async resume() {
      const left = await waitingLetters(letters);
      const again = left.filter(({ notifier, error, id }) => {
        const target = targets.get(notifier);
        return target?.target.enabled && !error.startsWith(GIVEN_UP) && !target.queue.waiting.has(id);
      });
      for (const letter of again) push(letter, letter.id);
      return again.length;
    },
    async retry(id) {
      const letter = (await waitingLetters(letters)).find((each) => each.id === id);
      const message = letter && messageIn(letter);
      if (!letter || !message) {
        throw new CaracalError('E_STORE_CONFLICT', `No letter ${id} waits. Read the list again.`, { id });
      }
      const target = targets.get(letter.notifier);
      if (!target) {
        throw new CaracalError(
          'E_USAGE',
          `Letter ${id} is for ${letter.notifier}, which is no target any more. Add a target of that name.`,
          { id },
        );
      }
      return target.queue.attempt({ id, message });
    },
    async change(wanted) {
      const before = targets;
      targets = made(wanted);
      const queues = new Set([...targets.values()].map(({ queue }) => queue));
      await Promise.all([...before.values()].map(({ queue }) => (queues.has(queue) ? undefined : queue.close())));
    },
    status: () => ({ targets: Array.from(targets.values(), ({ queue }) => queue.status), lost }),
    async idle() {
      await keeping;
      await Promise.all(Array.from(targets.values(), ({ queue }) => queue.idle()));
    },
    async close() {
      await keeping;
      await Promise.all(Array.from(targets.values(), ({ queue }) => queue.close()));
    },
  };
}

// --- internal ---

interface Target {
  readonly target: NotifyTarget;
  readonly queue: TargetQueue;
}

const RANKS: readonly Priority['rank'][] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'];

const BOUNDS: QueueBounds = { queue: 1000, attempts: 6, timeout: 10_000, pause: 1000, longestPause: 60_000 };

/** Alerts whose rank is remembered, so that they are told again only when it rises. */
const TOLD = 10_000;
