import { type Delineated, toHuntWindow } from '../hunt/index.ts';
import type { HuntWindow } from '../types.ts';
import type { HuntResult } from './hunt.ts';
import type { HuntNotes } from './hunt-notes.ts';

/** Windows and leads of a hunt in words, each in rank order. */
export function huntWindows(
  { table: { events, logs }, windows, leads, emissions }: HuntResult,
  { silences }: HuntNotes,
): { readonly windows: HuntWindow[]; readonly leads: HuntWindow[] } {
  const context = { events, sourceGeneration: (source: number) => logs.generations[source] ?? '' };
  const closed = new Set(emissions.filter(({ kind }) => kind === 'close').map(({ start }) => start));
  const inWords = (window: Delineated): HuntWindow => {
    const silent = silences.filter(({ start, end }) => start <= window.end && end >= window.start);
    const notEvaluable = [...new Set(silent.map(({ channel }) => channel))];
    return {
      ...toHuntWindow(window, context),
      ...(emissions.length > 0 && !closed.has(window.start) ? { state: 'open' as const } : {}),
      ...(notEvaluable.length > 0 ? { notEvaluable } : {}),
    };
  };
  return {
    windows: windows.map(inWords),
    leads: leads.map((lead) => ({ ...inWords(lead), state: 'closed' as const })),
  };
}
