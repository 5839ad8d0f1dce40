import {
  createRealtime,
  type Delineated,
  type Emission,
  type FlagStream,
  type Realtime,
  type RealtimeSnapshot,
  windowWords,
} from '../hunt/index.ts';
import type { NewWindow } from '../store/index.ts';
import type { Entity, LineExample, Severity } from '../types.ts';
import { contentId } from '../util/hash.ts';

/** A flagged event, as windows know it. */
export interface FlaggedLine {
  readonly time: number;
  readonly host: string;
  readonly severity: Severity;
  readonly entities: readonly Entity[];
  readonly source: { readonly id: number; readonly name: string; readonly generation: string };
  readonly line: LineExample;
}

/** Something that an event is flagged for. */
export interface LiveFact {
  readonly channel: string;
  /** The same for the same reason. */
  readonly name: string;
  readonly surprise: number;
  readonly text: string;
}

/** A window as it stands, and what its alert needs. */
export interface WindowChange {
  readonly kind: Emission['kind'];
  readonly window: NewWindow;
  readonly flags: number;
  readonly severity: Severity;
  readonly source: number | null;
}

export interface LiveWindowOptions {
  /** How far a window reaches beyond its first and last flag, ms. */
  readonly reach: number;
  /** Silence that ends a burst, ms. */
  readonly gap: number;
  readonly from?: LiveWindowsSnapshot | undefined;
}

/** All that windows know, as JSON. */
export interface LiveWindowsSnapshot {
  readonly realtime: RealtimeSnapshot;
  readonly lines: readonly (readonly [number, FlaggedLine])[];
  readonly hosts: readonly string[];
  readonly facts: readonly string[];
  readonly id: string | null;
  readonly next: number;
  readonly now: number;
  readonly grown: boolean;
  readonly channels: number;
}

/** Delineates windows as flags come, in about the order of time. */
export interface LiveWindows {
  push(line: FlaggedLine, facts: readonly LiveFact[]): WindowChange[];
  /** Lets time pass up to an event that is not flagged: the open window may end. */
  pass(time: number): WindowChange[];
  /** Lets time pass, and says how the open window has grown. */
  tick(time: number): WindowChange[];
  /** The clock was set back: the open window ends, and time begins anew. */
  restart(): WindowChange[];
  /** Id of the open window. */
  readonly open: string | null;
  readonly channels: number;
  snapshot(): LiveWindowsSnapshot;
}

/** Flags kept of a burst, flagged lines that are remembered, and for how long. */
const KEPT_FLAGS = 100;
const KEPT_LINES = 5000;
const KEPT_TIME = 6 * 3_600_000;
/** Counts are of five minutes: a silence that is shorter says nothing. */
export const HOLD = 300_000;
/** What goes on for longer is told in several windows. */
const LONGEST_WINDOW = 2 * 3_600_000;
const ENTITIES = 8;
const EXAMPLES = 3;

export function createLiveWindows({ reach, gap, from }: LiveWindowOptions): LiveWindows {
  const begin = (snapshot: RealtimeSnapshot | undefined): Realtime =>
    createRealtime({
      ...{ reach, hold: HOLD, keptFlags: KEPT_FLAGS, longest: LONGEST_WINDOW },
      ...(snapshot ? { from: snapshot } : {}),
    });
  let realtime = begin(from?.realtime);
  const lines = new Map<number, FlaggedLine>(from?.lines);
  const hosts = numbering(from?.hosts);
  const facts = numbering(from?.facts);
  const streams = new Map<string, FlagStream>();
  let id = from?.id ?? null;
  let next = from?.next ?? 0;
  let now = from?.now ?? Number.NEGATIVE_INFINITY;
  let grown = from?.grown ?? false;
  let channels = from?.channels ?? 0;

  const streamOf = (channel: string): FlagStream => {
    const stream = streams.get(channel) ?? { name: channel, channel, gap };
    streams.set(channel, stream);
    return stream;
  };
  const changesOf = (emissions: readonly Emission[]): WindowChange[] => {
    const changes: WindowChange[] = [];
    for (const { kind, window: number } of emissions) {
      const delineated = realtime.window(number);
      if (!delineated) continue;
      if (kind === 'open') id = null;
      const own = linesOf(delineated);
      const [first] = own;
      id ??= contentId(['window', first?.source.generation ?? '', first?.line.offset ?? number, delineated.core[0]]);
      changes.push(changeOf(kind, id, delineated, own));
      channels = delineated.channels.length;
      if (kind === 'close') id = null;
      grown = false;
    }
    return changes;
  };
  const linesOf = ({ bursts }: Delineated): FlaggedLine[] => {
    const rows = new Set(bursts.flatMap((burst) => burst.flags.map(({ row }) => row)));
    return [...rows].sort((a, b) => a - b).flatMap((row) => lines.get(row) ?? []);
  };

  return {
    push: (line, said) => {
      // Several sources are never quite in order; a window's time only goes forward.
      now = Math.max(now, line.time);
      const row = next++;
      lines.set(row, line);
      const changes: WindowChange[] = [];
      for (const { channel, name, surprise, text } of said) {
        const flag = { row, time: now, surprise, fact: facts(name), text, host: hosts(line.host) };
        changes.push(...changesOf(realtime.push(streamOf(channel), flag)));
        grown ||= realtime.open !== undefined;
      }
      if (lines.size > KEPT_LINES) lines.delete(lines.keys().next().value ?? -1);
      return changes;
    },
    pass: (time) => (realtime.open === undefined ? [] : changesOf(realtime.tick(time))),
    restart: () => {
      const changes = changesOf(realtime.tick(Number.POSITIVE_INFINITY));
      const { opened } = realtime.snapshot();
      realtime = begin({ bursts: [], cores: [], windows: [], open: false, opened });
      now = Number.NEGATIVE_INFINITY;
      return changes;
    },
    tick: (time) => {
      // Time without events may run ahead of theirs; flags to come are not to be dated by it.
      const changes = changesOf(realtime.tick(time));
      realtime.forget(now - KEPT_TIME);
      const open = realtime.open === undefined ? undefined : realtime.window(realtime.open);
      if (!grown || !open || id === null) return changes;
      grown = false;
      return [...changes, changeOf('extend', id, open, linesOf(open))];
    },
    get open() {
      return realtime.open === undefined ? null : id;
    },
    get channels() {
      return realtime.open === undefined ? 0 : channels;
    },
    snapshot: () => ({
      realtime: realtime.snapshot(),
      lines: [...lines],
      ...{ hosts: hosts.names(), facts: facts.names(), id, next, now, grown, channels },
    }),
  };
}

// --- internal ---

function changeOf(kind: Emission['kind'], id: string, found: Delineated, lines: readonly FlaggedLine[]): WindowChange {
  const source = lines[0]?.source ?? null;
  const own = lines.filter((line) => line.source.id === source?.id && line.source.generation === source.generation);
  const numbers = own.map(({ line }) => line.line);
  return {
    kind,
    window: {
      ...{ id, start: found.start, end: found.end, score: found.score, incident: found.incident },
      channels: found.channels.map(({ name }) => name),
      entities: entitiesOf(lines),
      ...windowWords(found),
      state: kind === 'close' ? 'closed' : 'open',
      lines: source && {
        source: source.name,
        first: Math.min(...numbers),
        last: Math.max(...numbers),
        examples: own.slice(0, EXAMPLES).map(({ line }) => line),
      },
    },
    flags: found.bursts.reduce((sum, burst) => sum + burst.flags.length, 0),
    severity: worst(lines.map(({ severity }) => severity)),
    source: source?.id ?? null,
  };
}

const SEVERITIES = ['NONE', 'LOW', 'MED', 'HIGH'] as const;

function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES[Math.max(0, ...severities.map((severity) => SEVERITIES.indexOf(severity)))] ?? 'NONE';
}

/** Those that most of the lines name. */
function entitiesOf(lines: readonly FlaggedLine[]): Entity[] {
  const counts = new Map<string, { readonly entity: Entity; count: number }>();
  for (const entity of lines.flatMap(({ entities }) => entities)) {
    const name = `${entity.kind}\0${entity.value}`;
    const known = counts.get(name);
    if (known) known.count++;
    else counts.set(name, { entity, count: 1 });
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, ENTITIES)
    .map(({ entity }) => entity);
}

/** Names that have numbers at most; then numbering begins anew, which at worst takes an old fact for a new one. */
const MOST_NAMES = 100_000;

function numbering(from: readonly string[] = []): ((name: string) => number) & { names(): string[] } {
  const numbers = new Map(from.map((name, number) => [name, number]));
  const number = (name: string): number => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    if (numbers.size >= MOST_NAMES) numbers.clear();
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
  return Object.assign(number, { names: () => [...numbers.keys()] });
}
