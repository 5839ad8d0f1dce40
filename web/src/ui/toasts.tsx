import { useSyncExternalStore } from 'react';

/** A short word on what was done, perhaps with the way back. */
export interface Toast {
  readonly text: string;
  readonly bad?: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Says it at the lower edge for some seconds. */
export function toast(message: Toast): void {
  const entry = { ...message, id: ++count };
  shown = [...shown.slice(-2), entry];
  announce();
  setTimeout(() => drop(entry.id), message.action ? 10_000 : 5000);
}

/** Says what went wrong. */
export function toastError(error: unknown): void {
  toast({ text: error instanceof Error ? error.message : String(error), bad: true });
}

/** Where toasts appear; once in the page. */
export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, text, bad, action }) => (
        <div key={id} className={bad ? 'toast toast-bad' : 'toast'}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              onClick={() => {
                drop(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

// --- internal ---

type Entry = Toast & { readonly id: number };

let count = 0;
let shown: readonly Entry[] = [];
const listeners = new Set<() => void>();

function drop(id: number): void {
  shown = shown.filter((entry) => entry.id !== id);
  announce();
}

function announce(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
