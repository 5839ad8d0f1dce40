import { useSyncExternalStore } from 'react';

/** Where the analyst is: everything a link needs to lead back there. */
export interface Place {
  readonly path: string;
  readonly search: URLSearchParams;
}

/** The place in the address bar; renders again when it changes. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, current);
}

/** The place, outside of rendering. */
export function place(): Place {
  return current();
}

/** Goes to a path with its query. `replace` leaves no step to go back to. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  announce();
}

/** Changes parts of the query: `null` removes one, a list repeats it. */
export function patchSearch(
  changes: Readonly<Record<string, string | readonly string[] | null>>,
  options: { readonly push?: boolean } = {},
): void {
  const { path, search } = current();
  const next = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of value === null ? [] : typeof value === 'string' ? [value] : value) next.append(name, one);
  }
  const text = next.toString();
  navigate(text === '' ? path : `${path}?${text}`, { replace: !options.push });
}

// --- internal ---

const listeners = new Set<() => void>();
let known: Place | null = null;
let knownHref = '';

function current(): Place {
  if (known === null || knownHref !== location.href) {
    knownHref = location.href;
    known = { path: location.pathname, search: new URLSearchParams(location.search) };
  }
  return known;
}

function announce(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) addEventListener('popstate', announce);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', announce);
  };
}
