import type { NewWindow } from '../types.ts';

/** A window that says nothing in particular, with these changes. */
export function newWindow(change: Partial<NewWindow>): NewWindow {
  return {
    ...{ id: 'w', start: 1000.25, end: 2000, score: 3.5, channels: ['sequence'], entities: [], reason: 'because' },
    ...{ boundaries: { start: 'first flag', end: 'last flag' }, state: 'closed', lines: null, incident: 1 },
    ...change,
  };
}
