/**
 * Delineation as events come in: only the past is known. A core that is confirmed opens
 * a window that reaches back by `reach` (alpha times the typical gap of normal activity)
 * and is held open until that long passes without a flag of it. What was emitted is never
 * taken back: the start of a window stands from the moment it opens.
 */
import { asTheyAre, type Burst, type Calibrate, type Flag, strengthOf } from './bursts.ts';
import { type ChannelEvidence, channelsOf, scoreOf } from './cores.ts';
import { type Corroboration, INDEPENDENT } from './corroboration.ts';
import { DELINEATION, type Delineated } from './delineate.ts';

/** How to delineate in real time. Times are ms. */
export interface RealtimeOptions {
  /** How far a window reaches beyond its first and its last flag. */
  readonly reach: number;
  /** How long it is held open for another flag; as long as it reaches unless told, and never shorter. */
  readonly hold?: number;
  /** Bursts of different channels this close to each other overlap. */
  readonly tolerance?: number;
  /** Evidence from which one channel alone is enough. */
  readonly solo?: number;
  readonly corroboration?: Corroboration;
  /** No window reaches further back than this; epoch ms. */
  readonly begin?: number;
  /** A window that is open for longer than this closes, and the next flag opens another one; ms. No bound unless told. */
  readonly longest?: number;
  /** Flags kept of a burst, all unless told; the others still count. */
  readonly keptFlags?: number;
  /** By name of stream, for bursts of `from`, where streams calibrate theirs. */
  readonly calibrates?: ReadonlyMap<string, Calibrate>;
  /** Where an earlier delineator of the same options was: see `Realtime.snapshot`. */
  readonly from?: RealtimeSnapshot;
}

/** What a delineator must know to go on: plain JSON, but for what is infinite. */
export interface RealtimeSnapshot {
  readonly bursts: readonly (Omit<GrowingBurst, 'facts' | 'calibrate'> & {
    readonly stream: string;
    readonly facts: readonly number[];
  })[];
  /** Bursts by their place above. */
  readonly cores: readonly {
    readonly host: number;
    readonly start: number;
    readonly end: number;
    readonly bursts: readonly number[];
  }[];
  readonly windows: readonly (Omit<GrowingWindow, 'bursts'> & { readonly bursts: readonly number[] })[];
  readonly open: boolean;
  readonly opened: number;
}

/** Where flags come from: one detector of one channel. */
export interface FlagStream {
  /** Unique among the streams. */
  readonly name: string;
  readonly channel: string;
  /** Silence that ends one of its bursts, ms. */
  readonly gap: number;
  /** The common measure of its bursts, where the surprise of its flags is not yet that. */
  readonly calibrate?: Calibrate;
}

/** What happened to a window, at the moment `at` (epoch ms) when it was known. */
export interface Emission {
  readonly kind: 'open' | 'extend' | 'close';
  readonly at: number;
  /** Number of the window, from 1 on. */
  readonly window: number;
  readonly start: number;
  /** Until when it is held open, or its end once it is closed. */
  readonly end: number;
  /** Channels that have spoken so far. */
  readonly channels: readonly string[];
}

/** A delineator that is fed in the order of time. */
export interface Realtime {
  /** Takes a flag of a stream. */
  push(stream: FlagStream, flag: Flag): Emission[];
  /** Lets time pass without a flag. */
  tick(time: number): Emission[];
  /** Windows so far, in the order of time; the last may still be open. */
  windows(): Delineated[];
  /** Bursts so far that are part of no window. */
  leads(): Burst[];
  /** Number of the window that is open. */
  readonly open: number | undefined;
  /** A window by its number, where it is still held. */
  window(number: number): Delineated | undefined;
  /** Lets go of windows, bursts and cores that ended before this; those that were confirmed are no longer among `windows`. */
  forget(before: number): void;
  /** For `from`. */
  snapshot(): RealtimeSnapshot;
}

export function createRealtime(options: RealtimeOptions): Realtime {
  const { reach, hold = reach, begin = Number.NEGATIVE_INFINITY, keptFlags = Number.POSITIVE_INFINITY, from } = options;
  const { longest = Number.POSITIVE_INFINITY } = options;
  const { tolerance = DELINEATION.tolerance, solo = DELINEATION.solo, corroboration = INDEPENDENT } = options;
  const bursts = new Map<string, GrowingBurst>();
  const cores = new Map<number, GrowingCore>();
  let all: GrowingBurst[] = (from?.bursts ?? []).map(({ facts, ...burst }) => ({
    ...burst,
    flags: [...burst.flags],
    facts: new Set(facts),
    calibrate: options.calibrates?.get(burst.stream) ?? asTheyAre,
  }));
  const at = (places: readonly number[]): Set<GrowingBurst> => new Set(places.map((place) => all[place]!));
  let windows: GrowingWindow[] = (from?.windows ?? []).map((window) => ({ ...window, bursts: at(window.bursts) }));
  let open: GrowingWindow | undefined = from?.open ? windows.at(-1) : undefined;
  let opened = from?.opened ?? 0;
  for (const burst of all) bursts.set(`${burst.stream}\0${burst.host}`, burst);
  for (const { host, bursts: places, ...core } of from?.cores ?? []) cores.set(host, { ...core, bursts: at(places) });

  const emission = (kind: Emission['kind'], at: number, window: GrowingWindow): Emission => ({
    kind,
    at,
    window: window.number,
    start: window.start,
    end: window.last + window.held,
    channels: [...new Set([...window.bursts].map(({ channel }) => channel))],
  });
  const tick = (time: number): Emission[] => {
    if (!open) return [];
    const over = time > open.last + Math.max(hold, reach);
    if (!over && time - open.start <= longest) return [];
    if (!over) open.held = 0;
    const closed = emission('close', open.last + open.held, open);
    open = undefined;
    return [closed];
  };

  return {
    tick,
    get open() {
      return open?.number;
    },
    window: (number) => {
      const window = windows.find((each) => each.number === number);
      return window && delineated(window);
    },
    forget: (before) => {
      windows = windows.filter(
        (window, i) => window === open || i === windows.length - 1 || window.last + window.held >= before,
      );
      const used = new Set(windows.flatMap((window) => [...window.bursts]));
      for (const [host, core] of cores) {
        if (core.end < before) cores.delete(host);
        else for (const burst of core.bursts) used.add(burst);
      }
      all = all.filter((burst) => burst.end >= before || used.has(burst));
      for (const [key, burst] of bursts) if (burst.end < before) bursts.delete(key);
    },
    snapshot: () => {
      const places = new Map(all.map((burst, place) => [burst, place]));
      const placesOf = (own: Iterable<GrowingBurst>): number[] => Array.from(own, (burst) => places.get(burst) ?? 0);
      return {
        bursts: all.map(({ calibrate: _rule, facts, ...burst }) => ({
          ...burst,
          flags: [...burst.flags],
          facts: [...facts],
        })),
        cores: Array.from(cores, ([host, { bursts: own, ...core }]) => ({ host, ...core, bursts: placesOf(own) })),
        windows: windows.map(({ bursts: own, ...window }) => ({ ...window, bursts: placesOf(own) })),
        open: open !== undefined,
        opened,
      };
    },
    push: (stream, flag) => {
      const { gap } = stream;
      const emitted = tick(flag.time);
      const key = `${stream.name}\0${flag.host}`;
      let burst = bursts.get(key);
      if (!burst || flag.time - burst.end > gap) {
        burst = newBurst(stream, flag);
        bursts.set(key, burst);
        all.push(burst);
      }
      grow(burst, flag, keptFlags);
      let core = cores.get(flag.host);
      if (!core || flag.time - core.end > Math.max(tolerance, burst.start < flag.time ? gap : 0)) {
        core = { bursts: new Set(), start: burst.start, end: flag.time };
        cores.set(flag.host, core);
      }
      core.bursts.add(burst);
      core.end = flag.time;
      if (!confirmed(core, flag)) return emitted;

      if (!open) {
        const before = windows.at(-1);
        const earliest = before ? before.last + before.held : begin;
        // A core whose beginning lies in a closed window opens a new one from here.
        const first = core.start > earliest ? core.start : flag.time;
        opened++;
        open = {
          number: opened,
          start: Math.max(first - reach, earliest),
          first,
          last: flag.time,
          held: reach,
          bursts: new Set(),
        };
        windows.push(open);
        for (const own of core.bursts) open.bursts.add(own);
        emitted.push(emission('open', flag.time, open));
        return emitted;
      }
      const known = open.bursts.size;
      for (const own of core.bursts) open.bursts.add(own);
      open.first = Math.min(open.first, core.start);
      open.last = flag.time;
      if (open.bursts.size > known) emitted.push(emission('extend', flag.time, open));
      return emitted;
    },
    windows: () => windows.map(delineated),
    leads: () => {
      const used = new Set(windows.flatMap((window) => [...window.bursts]));
      return all.filter((burst) => !used.has(burst)).map(frozen);
    },
  };

  function confirmed(core: GrowingCore, { time, host }: Flag): boolean {
    const channels = evidenceOfCore(core);
    if ((channels[0]?.evidence ?? 0) >= solo) return true;
    const own = scoreOf(channels, corroboration);
    if (channels.length > 1 && corroboration.together(own) >= solo) return true;
    let elsewhere = 0;
    for (const [other, { end, bursts: theirs }] of cores) {
      if (other === host || time - end > tolerance) continue;
      elsewhere = Math.max(elsewhere, scoreOf(evidenceOfCore({ bursts: theirs }), corroboration));
    }
    const added = Math.min(elsewhere, corroboration.entities);
    return added > 0 && corroboration.across(own + added) >= solo;
  }

  function delineated(window: GrowingWindow): Delineated {
    const bursts = [...window.bursts].map(frozen);
    const channels = channelsOf(bursts);
    return {
      start: window.start,
      end: window.last + window.held,
      core: [window.first, window.last],
      score: scoreOf(channels, corroboration, 'weight'),
      bursts,
      channels,
      incident: window.number,
      boundary: { start: window.first - window.start < reach ? 'edge' : 'alpha', end: 'alpha' },
    };
  }
}

// --- internal ---

interface GrowingBurst {
  /** Name of the stream it is of. */
  readonly stream: string;
  readonly channel: string;
  readonly host: number;
  readonly start: number;
  end: number;
  readonly flags: Flag[];
  readonly facts: Set<number>;
  largest: number;
  evidence: number;
  weight: number;
  readonly calibrate: Calibrate;
}

interface GrowingCore {
  readonly bursts: Set<GrowingBurst>;
  readonly start: number;
  end: number;
}

interface GrowingWindow {
  /** From 1 on. */
  readonly number: number;
  readonly start: number;
  first: number;
  /** Last flag. */
  last: number;
  /** How far it reaches beyond that, ms. */
  held: number;
  readonly bursts: Set<GrowingBurst>;
}

function newBurst({ name, channel, calibrate = asTheyAre }: FlagStream, { host, time }: Flag): GrowingBurst {
  return {
    stream: name,
    channel,
    host,
    start: time,
    end: time,
    flags: [],
    facts: new Set(),
    largest: 0,
    evidence: 0,
    weight: 0,
    calibrate,
  };
}

function grow(burst: GrowingBurst, flag: Flag, keptFlags: number): void {
  if (burst.flags.length < keptFlags) burst.flags.push(flag);
  burst.end = flag.time;
  if (flag.surprise <= burst.largest && burst.facts.has(flag.fact)) return;
  burst.facts.add(flag.fact);
  burst.largest = Math.max(burst.largest, flag.surprise);
  Object.assign(burst, strengthOf(burst.largest, burst.facts.size, burst.calibrate));
}

function frozen({ channel, host, start, end, flags, facts, evidence, weight }: GrowingBurst): Burst {
  return { channel, host, start, end, flags, facts, evidence, weight };
}

/** Evidence per channel of bursts that still grow, the strongest first. */
function evidenceOfCore({ bursts }: { readonly bursts: Iterable<GrowingBurst> }): ChannelEvidence[] {
  const strongest = new Map<string, GrowingBurst>();
  for (const burst of bursts) {
    if (burst.evidence >= (strongest.get(burst.channel)?.evidence ?? 0)) strongest.set(burst.channel, burst);
  }
  return [...strongest]
    .map(([name, { evidence, weight }]) => ({ name, evidence, weight }))
    .sort((a, b) => b.evidence - a.evidence);
}
