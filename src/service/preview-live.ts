import { createRealtime, LINES_PER_MINUTE } from '../hunt/index.ts';
import type { Store } from '../store/index.ts';
import { HOLD } from './live-windows.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import { reachOf } from './reach.ts';
import type { PreviewRequest, WindowPreview } from './service.ts';

/** Flagged events that a preview looks at, and how long it remembers them, ms. */
const MOST_EVENTS = 20_000;
const REMEMBERED = 30_000;
const MINUTE = 60_000;

/** What the windows of a time would be with another alpha and beta. */
export interface Previewer {
  preview(
    request: PreviewRequest,
    saved: { readonly alpha: number; readonly beta: number },
    now: number,
  ): Promise<WindowPreview>;
}

export function createPreviewer(store: Store, pipeline: OnlinePipeline): Previewer {
  let held: { readonly key: string; readonly at: number; readonly facts: Promise<Facts> } | undefined;
  return {
    preview: async (request, saved, now) => {
      const { from, to, alpha, beta } = request;
      const key = `${from} ${to}`;
      const stored = async (facts: Facts, from: number, to: number) =>
        measured(await windowsOf(store, from, to), facts);
      if (held?.key !== key || now - held.at > REMEMBERED) held = { key, at: now, facts: factsOf(store, from, to) };
      const facts = await held.facts;
      const { gap, burst } = { gap: pipeline.model?.facts.gap ?? 1000, burst: pipeline.model?.burstGap ?? MINUTE };
      const cut = (setting: { alpha: number; beta: number }) =>
        measured(windowsAt(facts, reachOf(setting.alpha, gap), burst, setting.beta), facts);
      const before = await stored(facts, from, to);
      const same = alpha === saved.alpha && beta === saved.beta;
      const { windows, lines } = same ? before : cut({ alpha, beta });
      return {
        ...{ windows, lines, readingMinutes: lines / LINES_PER_MINUTE },
        saved: { windows: before.windows.length, lines: before.lines, readingMinutes: before.lines / LINES_PER_MINUTE },
      };
    },
  };
}

// --- internal ---

interface Facts {
  readonly flags: readonly {
    readonly time: number;
    readonly channel: string;
    readonly host: number;
    readonly fact: number;
    readonly surprise: number;
  }[];
  /** Lines by time, of whole minutes or more. */
  readonly minutes: readonly { readonly time: number; readonly events: number }[];
  readonly step: number;
}

async function factsOf(store: Store, from: number, to: number): Promise<Facts> {
  const hosts = new Map<string, number>();
  const reasons = new Map<string, number>();
  const numberIn = (names: Map<string, number>, name: string): number => {
    const number = names.get(name) ?? names.size;
    names.set(name, number);
    return number;
  };
  const flags: Facts['flags'][number][] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['events']['page']>> = await store.events.page(
      { from, to },
      { cursor, limit: 1000 },
    );
    for (const { time, channel, host, template, score } of page.items) {
      const fact = numberIn(reasons, `${channel} ${template}`);
      flags.push({ time, channel, host: numberIn(hosts, host ?? ''), fact, surprise: score });
    }
    cursor = page.cursor;
  } while (cursor !== null && flags.length < MOST_EVENTS);
  flags.sort((a, b) => a.time - b.time);
  const { points, step } = await store.counts.range({ from, to, points: 2000, channel: ['sequence'] });
  return { flags, step, minutes: points.map(({ time, events }) => ({ time, events })) };
}

function windowsAt({ flags }: Facts, reach: number, gap: number, beta: number): Span[] {
  const realtime = createRealtime({ reach, hold: HOLD, keptFlags: 0 });
  const streams = new Map<string, { name: string; channel: string; gap: number }>();
  for (const { channel, ...flag } of flags) {
    const stream = streams.get(channel) ?? { name: channel, channel, gap };
    streams.set(channel, stream);
    realtime.push(stream, { ...flag, row: 0, text: '' });
  }
  return realtime.windows().map(({ start, end, score, channels }) => {
    const more = beta * (end - start);
    return {
      start: Math.round(start - more),
      end: Math.round(end + more),
      score,
      channels: channels.map(({ name }) => name),
    };
  });
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly channels: readonly string[];
}

/** The windows that there are. */
async function windowsOf(store: Store, from: number, to: number): Promise<Span[]> {
  const { items } = await store.windows.page({ from, to }, { limit: 1000 });
  return items.map(({ start, end, score, channels }) => ({ start, end, score, channels }));
}

function measured(windows: readonly Span[], { minutes, step }: Facts) {
  let lines = 0;
  for (const { time, events } of minutes) {
    // A minute that a window touches in part counts in part.
    const inside = windows.reduce(
      (sum, { start, end }) => sum + Math.max(0, Math.min(end, time + step) - Math.max(start, time)),
      0,
    );
    lines += events * Math.min(1, inside / step);
  }
  return {
    lines: Math.round(lines),
    windows: [...windows].sort((a, b) => b.score - a.score),
  };
}
