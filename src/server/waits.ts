/** How long names have to wait after failures. */
export interface Waits {
  /** Milliseconds until the next attempt. */
  left(name: string): number;
  failed(name: string): void;
  forget(name: string): void;
}

/** Names that are remembered. */
const MOST_NAMES = 10_000;

/** After `free` failures in a row a name waits 1 s, after each further one twice as long, up to `longest` ms. */
export function createWaits(
  { free, longest }: { readonly free: number; readonly longest: number },
  now: () => number,
): Waits {
  const failures = new Map<string, { count: number; until: number }>();
  return {
    left: (name) => Math.max(0, (failures.get(name)?.until ?? 0) - now()),
    failed(name) {
      const count = (failures.get(name)?.count ?? 0) + 1;
      const wait = count < free ? 0 : Math.min(longest, 1000 * 2 ** (count - free));
      failures.delete(name);
      failures.set(name, { count, until: now() + wait });
      if (failures.size > MOST_NAMES) {
        const [oldest] = failures.keys();
        if (oldest !== undefined) failures.delete(oldest);
      }
    },
    forget: (name) => {
      failures.delete(name);
    },
  };
}
