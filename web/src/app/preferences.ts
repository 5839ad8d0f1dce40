import { useSyncExternalStore } from 'react';

/** What this browser remembers of its analyst. */
export interface Preferences {
  readonly theme: 'dark' | 'light';
  readonly zone: 'utc' | 'local';
}

/** The preferences; renders again when they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => preferences);
}

/** The preferences, outside of rendering. */
export function currentPreferences(): Preferences {
  return preferences;
}

/** Changes and remembers them. */
export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  document.documentElement.dataset.theme = preferences.theme;
  remember('caracal.theme', preferences.theme);
  remember('caracal.zone', preferences.zone);
  for (const listener of listeners) listener();
}

// --- internal ---

const listeners = new Set<() => void>();

let preferences: Preferences = {
  theme: document.documentElement.dataset.theme === 'light' ? 'light' : 'dark',
  zone: remembered('caracal.zone') === 'local' ? 'local' : 'utc',
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function remembered(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage is switched off: the choice holds until the page is closed.
  }
}
