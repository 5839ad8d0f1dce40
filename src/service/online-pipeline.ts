import { type AlertGrouper, type AlertKnowledge, createAlertGrouper, type GrouperSnapshot } from '../alert/index.ts';
import { createQuantityStream, type QuantityStream } from '../models/index.ts';
import { createParser, decodeParser, type Parser } from '../parse/index.ts';
import { EVENT_FLAG_RATE } from '../pipeline/index.ts';
import { createLiveReader, type LiveLines, type LiveReader, type LiveReaderState } from '../read/index.ts';
import { createSessionizer, type SessionRule } from '../sequence/index.ts';
import type { Severity } from '../types.ts';
import { createEntityTable } from '../util/tables.ts';
import { createDriftMeter, type DriftMeter, type DriftSnapshot } from './drift.ts';
import { findingsOf, unusualCounts } from './findings.ts';
import { createFlagging } from './flagging.ts';
import { expectedForFlagged, type LiveRow, scoreRows } from './judge-live.ts';
import { createLessons, type Lesson, type Lessons } from './lessons.ts';
import type { LiveModel } from './live-model.ts';
import { createLiveSessions } from './live-sessions.ts';
import { createLiveWindows, type LiveWindows, type LiveWindowsSnapshot, type WindowChange } from './live-windows.ts';
import { createMentions } from './mentions.ts';
import { createNaming, type NamingSnapshot } from './naming.ts';
import { type PackedSessions, packSessions, unpackSessions } from './packed-sessions.ts';
import { reachOf } from './reach.ts';
import { countEvents, type Round } from './round.ts';
import { type PipelineSource, recordLines, type Slice, sliceOf } from './slice.ts';

export interface OnlineOptions {
  readonly session: SessionRule;
  /** Silence that ends a session, ms. */
  readonly sessionTimeout: number;
  /** Sessions that are held at most. */
  readonly mostSessions: number;
  readonly format?: string | undefined;
  readonly timezone?: string | undefined;
  readonly parserName?: string | undefined;
  /** What a parser has learned already. */
  readonly parser?: Uint8Array | undefined;
  /** Reach of windows in typical gaps. */
  readonly alpha: () => number;
  /** Lowest severity of events that make alerts. */
  readonly leastSeverity: () => Severity;
  readonly knowledge: AlertKnowledge;
  readonly from?: OnlineSnapshot | undefined;
  /** Lines to learn from while there is no model. */
  readonly learnLines: number;
  /** What judges; without one lines are learned from. */
  readonly model?: LiveModel | undefined;
}

/** All that the pipeline knows, as plain data. */
export interface OnlineSnapshot {
  readonly parser: Uint8Array;
  readonly readers: readonly (readonly [number, LiveReaderState])[];
  readonly naming: NamingSnapshot;
  readonly sessions: PackedSessions;
  readonly quantity: ReturnType<QuantityStream['snapshot']>;
  readonly windows: LiveWindowsSnapshot | null;
  readonly grouper: GrouperSnapshot;
  readonly drift: DriftSnapshot;
  readonly mentions: readonly (readonly [string, number])[];
  readonly latest: number;
  readonly received: number;
  /** Events that were stored of alerts. */
  readonly stored: readonly (readonly [string, number])[];
  /** Hash of the model that judged. */
  readonly model: string | null;
}

/** From lines to flagged events, windows and alerts; it does not read a clock. */
export interface OnlinePipeline {
  /** Reads lines of a source into a round. */
  take(source: PipelineSource, generation: string, lines: LiveLines, round: Round): void;
  /** Judges what was taken, of all sources in the order of time, and says which alerts changed. */
  finish(round: Round): Promise<void>;
  /** Lets time pass without lines: sessions and windows come to their end. */
  tick(time: number, round: Round): void;
  /** Goes on with another model. */
  use(model: LiveModel): void;
  /** Alpha is another one now: windows that open from here on reach as far as it says. */
  retune(): void;
  readonly model: LiveModel | undefined;
  readonly lessons: Lessons;
  lesson(): Lesson;
  readonly parser: Parser;
  reader(source: number): LiveReader | undefined;
  readonly sessions: number;
  /** Templates so far. */
  readonly templates: number;
  readonly openWindow: string | null;
  /** Time of the latest event that was judged or learned from, and of the latest that was taken. */
  readonly latest: number;
  readonly latestTaken: number;
  drift(): ReturnType<DriftMeter['read']>;
  snapshot(): OnlineSnapshot;
}

export function createOnlinePipeline(options: OnlineOptions): OnlinePipeline {
  const { from, sessionTimeout, mostSessions } = options;
  const known = from?.parser ?? options.parser;
  let parser = known ? decodeParser(known) : createParser(options.parserName ?? 'drain');
  const naming = createNaming(parser, options.model, from?.naming);
  const readers = new Map<number, LiveReader>();
  const restored = new Map(from?.readers);
  const sessions = createLiveSessions(sessionTimeout, mostSessions, from ? unpackSessions(from.sessions) : []);
  const lessons = createLessons(sessionTimeout);
  const mentions = createMentions(from?.mentions);
  const grouper = createAlertGrouper({ ...options.knowledge, ...(from ? { from: from.grouper } : {}) });
  const { flag, addWindow, stored } = createFlagging({
    ...{ grouper, mentions, knowledge: options.knowledge, leastSeverity: options.leastSeverity },
    from: from?.stored ?? [],
  });
  /** Slices of the round that were not judged yet. */
  let taken: { readonly slice: Slice; readonly sessions: readonly string[] }[] = [];
  /** Time of the latest receipt. */
  let received = from?.received ?? Number.NEGATIVE_INFINITY;
  let latest = from?.latest ?? Number.NEGATIVE_INFINITY;
  let model: LiveModel | undefined;
  let judging: Judging | undefined;

  const windowsOf = (live: LiveModel, from: LiveWindowsSnapshot | null | undefined): LiveWindows =>
    createLiveWindows({
      reach: reachOf(options.alpha(), live.facts.gap),
      gap: live.burstGap,
      ...(from ? { from } : {}),
    });
  const begin = (live: LiveModel, saved: OnlineSnapshot | undefined): void => {
    model = live;
    const same = saved?.model === live.hash;
    judging = {
      quantity: live.facts.quantity && createQuantityStream(live.facts.quantity, same ? saved.quantity : []),
      windows: windowsOf(live, saved?.windows),
      drift: createDriftMeter(live.expected, same ? saved.drift : undefined),
    };
  };
  if (options.model) begin(options.model, from);

  const readerOf = (source: number): LiveReader => {
    const known = readers.get(source);
    if (known) return known;
    const { format, timezone } = options;
    const reader = createLiveReader(source, { format, timezone, from: restored.get(source) });
    readers.set(source, reader);
    return reader;
  };

  const textOf = (id: string): string => parser.resolve(id)?.text ?? id;

  /** Time goes on to that of an event, or back, where the clock was set back. */
  const timeTo = (windows: LiveWindows, time: number, at: number): WindowChange[] => {
    const changes: WindowChange[] = [];
    if (at < received - SET_BACK) {
      changes.push(...windows.restart());
      received = at;
      latest = time;
    }
    received = Math.max(received, at);
    latest = Math.max(latest, time);
    return [...changes, ...windows.pass(latest)];
  };

  /** Judges rows in the order of time. */
  const judge = async (live: LiveModel, { quantity, windows, drift }: Judging, round: Round): Promise<void> => {
    const places = inOrderOfTime(taken.map(({ slice }) => slice));
    const rows = places.map(({ part, row, time }): LiveRow => {
      const { slice, sessions: names } = taken[part]!;
      const session = sessions.touch(slice.source.id, names[row]!, slice.host(row), time);
      return { slice, row, session, key: naming.key(slice.events.template[row]!), time };
    });
    const scores = await scoreRows(live, rows);
    const expected = await expectedForFlagged(live, rows, scores);
    rows.forEach((row, i) => {
      const score = scores[i]!;
      const { slice, time } = row;
      mentions.add(slice.events, row.row);
      for (const change of timeTo(windows, time, slice.receivedOf(row.row))) addWindow(live, change, round);
      drift.add(score.nll, score.unseen, score.flagged);
      const counts = quantity ? unusualCounts(quantity, row) : [];
      countEvents(round, time, slice.source.id, 'sequence', 1, score.flagged ? 1 : 0);
      if (quantity) countEvents(round, time, slice.source.id, 'quantity', 1, counts.length > 0 ? 1 : 0);
      if (!score.flagged && counts.length === 0) return;
      const findings = findingsOf(live, row, score, expected.get(i) ?? [], counts, textOf);
      flag(live, windows, row, score, findings, round);
    });
  };

  const learn = (round: Round): void => {
    for (const { slice, sessions: names } of taken) {
      for (let row = 0; row < slice.events.count; row++) {
        const time = slice.timeOf(row);
        latest = Math.max(latest, time);
        mentions.add(slice.events, row);
        if (lessons.events < options.learnLines) lessons.add(slice.events, row, names[row]!, time);
        else round.learnedTo ??= slice.placeOf(row);
        countEvents(round, time, slice.source.id, 'sequence', 1, 0);
      }
    }
  };

  let entities = 0;
  const takePart = (source: PipelineSource, generation: string, lines: LiveLines, round: Round): void => {
    const batch = readerOf(source.id).read(lines);
    const columns = parser.parse(batch, undefined, naming.created);
    const parts = { source, generation, lines, events: columns, template: naming.template };
    const slice = sliceOf(parts, round.records.length);
    recordLines(parts, round);
    const sessionizer = createSessionizer(options.session);
    taken.push({ slice, sessions: Array.from(sessionizer.sessions(batch), sessionizer.name) });
    entities = columns.entityTable.size;
  };

  const pipeline: OnlinePipeline = {
    take: (source, generation, lines, round) => {
      for (let at = 0; at < lines.count; ) {
        const part = linesFrom(lines, at, Math.min(lines.count, at + naming.room));
        takePart(source, generation, part, round);
        naming.took(part.count, round);
        at += part.count;
      }
      // Names of processes never end; the parser goes on with a table that has none.
      if (entities > MOST_ENTITIES) {
        parser = decodeParser(parser.encode(), createEntityTable());
        naming.use(parser, model);
        entities = 0;
      }
    },
    finish: async (round) => {
      if (!model || !judging) learn(round);
      else if (taken.length > 0) {
        await judge(model, judging, round);
        for (const change of judging.windows.tick(latest)) addWindow(model, change, round);
      }
      taken = [];
      round.alerts.push(...grouper.take());
    },
    tick: (time, round) => {
      if (!model || !judging || time <= latest) return;
      for (const change of judging.windows.tick(time)) addWindow(model, change, round);
    },
    retune: () => {
      if (model && judging) judging = { ...judging, windows: windowsOf(model, judging.windows.snapshot()) };
    },
    use: (next) => {
      const saved = pipeline.snapshot();
      // Another model numbers its keys in another way: sessions begin anew for it.
      for (const session of sessions.all()) session.state = null;
      begin(next, saved);
      naming.use(parser, next);
    },
    get model() {
      return model;
    },
    lessons,
    lesson: () => lessons.lesson(parser),
    get parser() {
      return parser;
    },
    reader: (source) => readers.get(source),
    get sessions() {
      return sessions.size;
    },
    get templates() {
      return naming.size;
    },
    get openWindow() {
      return judging?.windows.open ?? null;
    },
    get latest() {
      return latest;
    },
    get latestTaken() {
      return taken.reduce((last, { slice }) => {
        const rows = slice.events.count;
        return rows === 0 ? last : Math.max(last, slice.timeOf(rows - 1));
      }, Number.NEGATIVE_INFINITY);
    },
    drift: () => (judging?.drift ?? createDriftMeter({ flagRate: EVENT_FLAG_RATE, median: 0 })).read(),
    snapshot: () => ({
      parser: parser.encode(),
      readers: [...restored, ...[...readers].map(([id, reader]) => [id, reader.snapshot()] as const)],
      naming: naming.snapshot(),
      sessions: packSessions(sessions.all()),
      quantity: judging?.quantity?.snapshot() ?? [],
      windows: judging?.windows.snapshot() ?? null,
      grouper: (grouper as AlertGrouper).snapshot(),
      drift: judging?.drift.snapshot() ?? { scores: [], marks: [], at: 0 },
      mentions: mentions.snapshot(),
      ...{ latest, received, stored: stored(), model: model?.hash ?? null },
    }),
  };
  return pipeline;
}

// --- internal ---

interface Judging {
  readonly quantity: QuantityStream | null;
  readonly windows: LiveWindows;
  readonly drift: DriftMeter;
}

/** Entities that a parser numbers before it begins anew. */
const MOST_ENTITIES = 100_000;
/** Lines that were received so much earlier than others before them: the clock was set back, ms. */
const SET_BACK = 600_000;
/** All rows of some slices by time; those of one source stay in their order. */
function inOrderOfTime(slices: readonly Slice[]) {
  const places: { readonly part: number; readonly row: number; readonly time: number; readonly at: number }[] = [];
  const reached = new Map<number, number>();
  slices.forEach((slice, part) => {
    let at = reached.get(slice.source.id) ?? Number.NEGATIVE_INFINITY;
    for (let row = 0; row < slice.events.count; row++) {
      const time = slice.timeOf(row);
      at = Math.max(at, time);
      places.push({ part, row, time, at });
    }
    reached.set(slice.source.id, at);
  });
  return reached.size > 1 ? places.sort((a, b) => a.at - b.at) : places;
}

/** Some of these lines. */
function linesFrom(lines: LiveLines, from: number, to: number): LiveLines {
  if (from === 0 && to === lines.count) return lines;
  return {
    ...{ bytes: lines.bytes, count: to - from, firstLine: lines.firstLine + from },
    starts: lines.starts.subarray(from, to),
    ends: lines.ends.subarray(from, to),
    lengths: lines.lengths.subarray(from, to),
    offsets: lines.offsets.subarray(from, to),
    received: lines.received.subarray(from, to),
  };
}
