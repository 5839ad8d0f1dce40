/**
 * A small discrete-event simulation. Everything that happens is a script: a generator
 * that acts, yields how many milliseconds it waits, and goes on. Scripts run in the
 * order of time, so what they write needs no sorting and shared state (process ids,
 * whether a host is up) is always that of the present moment.
 */
export type Script<T = void> = Generator<number, T, void>;

/** What a stretch of activity belongs to, for the ground truth. */
export interface Label {
  readonly kind: 'phase' | 'oddity';
  readonly name: string;
}

/** Runs scripts in the order of time. */
export interface Scheduler {
  /** The present, epoch ms. */
  readonly now: number;
  /** Label of the running script, `null` for everyday life. */
  readonly label: Label | null;
  /** Starts a script now or `delay` ms later; it inherits the label of the running one. */
  spawn(script: Script, delay?: number): void;
  /** Changes the label of the running script and of all it spawns from here on. */
  relabel(label: Label | null): void;
  /** Runs everything up to, and without, the moment `end`. */
  run(end: number): void;
}

/** @param start epoch ms of the first moment */
export function createScheduler(start: number): Scheduler {
  const heap: Actor[] = [];
  let now = start;
  let sequence = 0;
  let current: Actor | null = null;

  return {
    get now() {
      return now;
    },
    get label() {
      return current === null ? null : current.label;
    },
    spawn: (script, delay = 0) => {
      push(heap, { script, time: now + delay, sequence: sequence++, label: current === null ? null : current.label });
    },
    relabel: (label) => {
      if (current !== null) current.label = label;
    },
    run: (end) => {
      for (let first = heap[0]; first !== undefined && first.time < end; first = heap[0]) {
        pop(heap);
        now = first.time;
        current = first;
        const step = first.script.next();
        current = null;
        if (step.done === true) continue;
        // Rounded up: who waits until a moment never wakes before it.
        first.time = now + Math.max(0, Math.ceil(step.value));
        first.sequence = sequence++;
        push(heap, first);
      }
      now = end;
    },
  };
}

// --- internal ---

interface Actor {
  readonly script: Script;
  time: number;
  sequence: number;
  label: Label | null;
}

function before(a: Actor, b: Actor): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}

function push(heap: Actor[], actor: Actor): void {
  let hole = heap.push(actor) - 1;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = heap[parent]!;
    if (!before(actor, above)) break;
    heap[hole] = above;
    hole = parent;
  }
  heap[hole] = actor;
}

function pop(heap: Actor[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = last;
}
