import { isUtf8 } from 'node:buffer';
import {
  type AlertKnowledge,
  createAlertGrouper,
  type GrouperSnapshot,
  mainEntity,
  windowAlert,
} from '../alert/index.ts';
import { createQuantityStream, type QuantityStream, type RunningCount } from '../models/index.ts';
import { createParser, decodeParser, type Parser } from '../parse/index.ts';
import { EVENT_FLAG_RATE, FLAG_SURPRISE } from '../pipeline/index.ts';
import { createLiveReader, type LiveLines, type LiveReader, type LiveReaderState } from '../read/index.ts';
import { createSessionizer, type SessionRule } from '../sequence/index.ts';
import type { Json } from '../store/index.ts';
import type { Entity, EventColumns, Expected, LineExample, RecordBatch, Severity, Template } from '../types.ts';
import { createEntityTable } from '../util/tables.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { createDriftMeter, type DriftMeter, type DriftSnapshot } from './drift.ts';
import { END_KEY, expectedAt, type LiveRow, type LiveScore, scoreRows, severityOfSurprise } from './judge-live.ts';
import { createLessons, type Lesson, type Lessons } from './lessons.ts';
import type { LiveModel } from './live-model.ts';
import { createLiveSessions, type LiveSession, type LiveSessions } from './live-sessions.ts';
import {
  createLiveWindows,
  type LiveFact,
  type LiveWindows,
  type LiveWindowsSnapshot,
  type WindowChange,
} from './live-windows.ts';
import { reachOf } from './reach.ts';
import { countEvents, type Round } from './round.ts';
import { subjectsOf } from './subjects.ts';

/** Where lines come from. */
export interface PipelineSource {
  readonly id: number;
  readonly name: string;
}

export interface OnlineOptions {
  readonly session: SessionRule;
  /** Silence that ends a session, ms. */
  readonly sessionTimeout: number;
  /** Sessions that are held at most. */
  readonly mostSessions: number;
  readonly format?: string | undefined;
  readonly timezone?: string | undefined;
  readonly parserName?: string | undefined;
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
  readonly ids: readonly (readonly [number, string])[];
  readonly sessions: readonly LiveSession[];
  readonly quantity: ReturnType<QuantityStream['snapshot']>;
  readonly windows: LiveWindowsSnapshot | null;
  readonly grouper: GrouperSnapshot;
  readonly drift: DriftSnapshot;
  readonly mentions: readonly (readonly [string, number])[];
  readonly events: number;
  readonly latest: number;
  /** Hash of the model that judged. */
  readonly model: string | null;
}

/** From lines to flagged events, windows and alerts, in the order of their arrival; it does not read a clock. */
export interface OnlinePipeline {
  /** Takes lines of a source and adds what becomes of them to a round. */
  take(source: PipelineSource, generation: string, lines: LiveLines, round: Round): Promise<void>;
  /** Lets time pass without lines: sessions and windows come to their end. */
  tick(time: number, round: Round): Promise<void>;
  /** Ends a round: the alerts that changed in it. */
  finish(round: Round): void;
  /** Goes on with another model. */
  use(model: LiveModel): void;
  readonly model: LiveModel | undefined;
  readonly lessons: Lessons;
  lesson(): Lesson;
  readonly parser: Parser;
  reader(source: number): LiveReader | undefined;
  readonly sessions: number;
  /** Templates so far. */
  readonly templates: number;
  readonly openWindow: string | null;
  /** Time of the latest event. */
  readonly latest: number;
  drift(): ReturnType<DriftMeter['read']>;
  snapshot(): OnlineSnapshot;
}

export function createOnlinePipeline(options: OnlineOptions): OnlinePipeline {
  const { from, sessionTimeout, mostSessions } = options;
  let parser = from ? decodeParser(from.parser) : createParser(options.parserName ?? 'drain');
  const readers = new Map<number, LiveReader>();
  const restored = new Map(from?.readers);
  const publicIds = new Map<number, string>(from?.ids);
  const sessions: LiveSessions = createLiveSessions(sessionTimeout, mostSessions, from?.sessions);
  const lessons = createLessons(sessionTimeout);
  const mentions = new Map<string, number>(from?.mentions);
  const grouper = createAlertGrouper({ ...options.knowledge, ...(from ? { from: from.grouper } : {}) });
  let events = from?.events ?? 0;
  let latest = from?.latest ?? Number.NEGATIVE_INFINITY;
  let model = options.model;
  let judging: Judging | undefined;

  const begin = (live: LiveModel, saved: OnlineSnapshot | undefined): void => {
    model = live;
    const same = saved?.model === live.hash;
    judging = {
      quantity: live.facts.quantity && createQuantityStream(live.facts.quantity, same ? saved.quantity : []),
      windows: createLiveWindows({
        reach: reachOf(options.alpha(), live.facts.gap),
        gap: live.burstGap,
        ...(saved?.windows ? { from: saved.windows } : {}),
      }),
      drift: createDriftMeter(live.expected, same ? saved.drift : undefined),
    };
  };
  if (model) begin(model, from);

  const readerOf = (source: number): LiveReader => {
    const known = readers.get(source);
    if (known) return known;
    const reader = createLiveReader(source, {
      ...{ format: options.format, timezone: options.timezone },
      from: restored.get(source),
    });
    readers.set(source, reader);
    return reader;
  };

  /** Public templates, looked up anew now and then: an id that is out of date by then still resolves. */
  let found = new Map<number, Template>();
  let foundAt = 0;
  const namingOf = (round: Round): ((internal: number) => Template) => {
    if (events - foundAt > RENAME_EVERY) {
      found = new Map();
      foundAt = events;
    }
    return (internal) => {
      const known = found.get(internal);
      if (known) return known;
      const template = parser.templateOf(internal);
      found.set(internal, template);
      const before = publicIds.get(internal);
      if (before !== template.id) {
        publicIds.set(internal, template.id);
        if (before !== undefined) round.aliases.push({ from: before, to: template.id });
      }
      return template;
    };
  };
  /** The key that the model knows a template by: an id that it had when the model learned. */
  let keys: { readonly of: LiveModel; readonly known: Map<string, string>; readonly size: number } | undefined;
  const keyOf = (live: LiveModel, id: string): string => {
    if (live.known.has(id)) return id;
    if (keys?.of !== live || keys.size !== publicIds.size) {
      const known = new Map([...live.known].map((name) => [parser.resolve(name)?.id ?? name, name]));
      keys = { of: live, known, size: publicIds.size };
    }
    return keys.known.get(id) ?? id;
  };

  const judgeRows = async (
    live: LiveModel,
    { quantity, windows, drift }: Judging,
    rows: readonly LiveRow[],
    slice: Slice,
    round: Round,
  ): Promise<void> => {
    const scores = await scoreRows(live, rows, slice.events);
    const told = await explained(live, rows, scores);
    rows.forEach((row, i) => {
      const score = scores[i]!;
      drift.add(score.nll, score.unseen, score.flagged);
      const counted = quantity ? countsOf(quantity, slice.events, row) : [];
      // An event that is one more of many already told says nothing new.
      const high = counted.filter(({ surprise, judged }) => judged > 0 && surprise > FLAG_SURPRISE);
      countEvents(round, row.time, slice.source.id, 'sequence', 1, score.flagged ? 1 : 0);
      if (quantity) countEvents(round, row.time, slice.source.id, 'quantity', 1, high.length > 0 ? 1 : 0);
      if (score.flagged || high.length > 0) flag(live, windows, row, score, told.get(i) ?? [], high, slice, round);
    });
  };

  const flag = (
    live: LiveModel,
    windows: LiveWindows,
    row: LiveRow,
    score: LiveScore,
    expected: readonly Expected[],
    high: readonly RunningCount[],
    slice: Slice,
    round: Round,
  ): void => {
    const { events: columns, source, generation } = slice;
    const template = slice.template(columns.template[row.row]!);
    const entities = entitiesOf(columns, row.row);
    const line = lineOf(slice, row.row);
    const host = columns.strings.value(columns.host[row.row]!);
    const facts: Finding[] = [];
    if (score.flagged) {
      facts.push({
        ...{ channel: 'sequence', name: `s${row.key}`, surprise: score.surprise, severity: score.severity, events: 1 },
        text: sequenceText(template, expected, slice.textOf, score.unseen),
        detail: {
          ...{ kind: 'sequence', unseen: score.unseen, threshold: live.judgement.eventThreshold },
          expected: expected.map(({ template: id, p }) => ({ template: id, p })),
          history: score.history.map(({ key, nll, time, sequence }) => ({ key, nll, time, sequence })),
        },
      });
    }
    for (const { kind, subject, host: on, count, usual, most, surprise, judged } of high) {
      const shown = kind === 'template' ? `'${template.text}'` : `${kind} ${subject}`;
      const minutes = (live.facts.quantity?.bucket ?? 300_000) / 60_000;
      facts.push({
        ...{
          channel: 'quantity',
          name: `q${kind} ${on} ${subject}`,
          surprise,
          severity: severityOfSurprise(surprise),
          events: judged,
        },
        text: `${shown} ${count} times in ${minutes} min (${most === 0 ? 'never seen otherwise' : `usually ${rounded(usual)}, at most ${rounded(most)}`})`,
        detail: { kind: 'quantity', subject: shown, count, usual, most, minutes },
      });
    }
    const worst = facts.reduce((a, b) => (RANKS.indexOf(b.severity) > RANKS.indexOf(a.severity) ? b : a));
    for (const change of windows.push(
      { time: row.time, host, severity: worst.severity, entities, source: { ...source, generation }, line },
      facts,
    )) {
      addWindow(live, change, round);
    }
    const main = mainEntity(entities);
    const share = main ? Math.min(1, (mentions.get(nameOf(main)) ?? 1) / Math.max(1, events)) : 1;
    for (const channel of ['sequence', 'quantity'] as const) {
      const own = facts.filter((fact) => fact.channel === channel).sort((a, b) => b.surprise - a.surprise);
      const [first] = own;
      if (!first) continue;
      const detector = channel === 'sequence' ? live.kind : channel;
      const enough = RANKS.indexOf(first.severity) >= RANKS.indexOf(options.leastSeverity());
      const alert = enough
        ? grouper.add({
            ...{ modelHash: live.hash, detector, source: { ...source, generation }, offset: line.offset, line },
            ...{ time: row.time, received: slice.receivedOf(row.row), host, entities, entityShare: share, template },
            ...{
              surprise: first.surprise,
              severity: first.severity,
              calibrated: live.judgement.calibration.calibrated,
            },
            ...{
              reason: own.map(({ text }) => text).join('; '),
              repeat: Math.max(columns.repeat[row.row]!, first.events),
            },
          })
        : null;
      if (alert !== null && windows.open !== null)
        grouper.place(alert, { id: windows.open, channels: windows.channels });
      if (!mayStore(alert)) continue;
      round.flagged.push({
        ...{ source: source.id, generation, sequence: line.offset, detector, channel, time: row.time },
        ...{ record: null, place: slice.placeOf(row.row), host: host || null, session: row.session.name },
        ...{ template: template.id, score: first.surprise, severity: first.severity, alert, window: windows.open },
        ...(channel === 'sequence' ? { nll: score.nll, rank: score.rank } : { nll: null, rank: null }),
        detail: { reason: first.text, ...(first.detail as object) },
      });
    }
  };

  const addWindow = (live: LiveModel, change: WindowChange, round: Round): void => {
    const { id } = change.window;
    const opened = change.kind === 'extend' && round.windows.get(id)?.kind === 'open';
    round.windows.set(id, opened ? { ...change, kind: 'open' } : change);
    if (change.kind !== 'close') return;
    const main = mainEntity(change.window.entities);
    round.alerts.push(
      windowAlert(
        {
          ...{ window: change.window, modelHash: live.hash, events: change.flags, surprise: change.window.score },
          ...{
            severity: change.severity,
            calibrated: live.judgement.calibration.calibrated,
            closed: change.window.end,
          },
          entityShare: main ? Math.min(1, (mentions.get(nameOf(main)) ?? 1) / Math.max(1, events)) : 1,
          ...{ source: change.source, lines: change.window.lines },
        },
        options.knowledge,
      ),
    );
  };

  /** A flood of one alert need not be stored event by event. */
  const storedOf = new Map<string, number>();
  const mayStore = (alert: string | null): boolean => {
    const key = alert ?? '';
    const count = (storedOf.get(key) ?? 0) + 1;
    storedOf.delete(key);
    storedOf.set(key, count);
    if (storedOf.size > MOST_COUNTED) storedOf.delete(storedOf.keys().next().value ?? '');
    return alert === null ? false : count <= STORED_EVENTS;
  };

  const mention = (columns: EventColumns, row: number): void => {
    for (let e = columns.entityOffsets[row]!; e < columns.entityOffsets[row + 1]!; e++) {
      const entity = columns.entityTable.entity(columns.entities[e]!);
      if (entity.kind === 'process') continue;
      const name = nameOf(entity);
      const count = mentions.get(name);
      if (count !== undefined) mentions.set(name, count + 1);
      else if (mentions.size < MOST_ENTITIES) mentions.set(name, 1);
    }
  };

  /** Names of processes never end; the parser goes on with a table that has none. */
  const forgetEntities = (columns: EventColumns): void => {
    if (columns.entityTable.size > MOST_ENTITIES) parser = decodeParser(parser.encode(), createEntityTable());
  };

  return {
    take: async (source, generation, lines, round) => {
      const batch = readerOf(source.id).read(lines);
      const columns = parser.parse(batch);
      const template = namingOf(round);
      const slice = sliceOf(source, generation, lines, batch, columns, template, round, parser);
      const sessionizer = createSessionizer(options.session);
      const numbers = sessionizer.sessions(batch);
      const rows: LiveRow[] = [];
      for (let row = 0; row < columns.count; row++) {
        const given = columns.time[row]!;
        const time = Number.isNaN(given) ? slice.receivedOf(row) : given;
        latest = Math.max(latest, time);
        events += columns.repeat[row]!;
        mention(columns, row);
        const name = sessionizer.name(numbers[row]!);
        if (!model) {
          if (lessons.events < options.learnLines) lessons.add(columns, row, name, time);
          else round.learnedTo ??= slice.placeOf(row);
          countEvents(round, time, source.id, 'sequence', 1, 0);
          continue;
        }
        const host = columns.strings.value(columns.host[row]!);
        const session = sessions.touch(name, host, time);
        const key = keyOf(model, template(columns.template[row]!).id);
        rows.push({ row, session, key, time, sequence: columns.offset[row]! });
      }
      if (model && judging) {
        await judgeRows(model, judging, rows, slice, round);
        for (const change of judging.windows.tick(latest)) addWindow(model, change, round);
        sessions.expire(latest);
      }
      forgetEntities(columns);
    },
    tick: async (time, round) => {
      if (!model || !judging || time <= latest) return;
      latest = time;
      for (const change of judging.windows.tick(time)) addWindow(model, change, round);
      sessions.expire(time);
    },
    finish: (round) => {
      round.alerts.push(...grouper.take());
    },
    use: (next) => {
      const windows = judging?.windows.snapshot() ?? null;
      const saved = { ...snapshot(), windows };
      // Another model numbers its keys in another way: sessions go on from their last events.
      for (const session of sessions.all()) session.state = null;
      begin(next, saved);
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
      return publicIds.size;
    },
    get openWindow() {
      return judging?.windows.open ?? null;
    },
    get latest() {
      return latest;
    },
    drift: () => (judging?.drift ?? createDriftMeter({ flagRate: EVENT_FLAG_RATE, median: 0 })).read(),
    snapshot: () => snapshot(),
  };

  function snapshot(): OnlineSnapshot {
    return {
      parser: parser.encode(),
      readers: [...restored, ...[...readers].map(([id, reader]) => [id, reader.snapshot()] as const)],
      ids: [...publicIds],
      sessions: [...sessions.all()],
      quantity: judging?.quantity?.snapshot() ?? [],
      windows: judging?.windows.snapshot() ?? null,
      grouper: grouper.snapshot(),
      drift: judging?.drift.snapshot() ?? { scores: [], marks: [], at: 0 },
      mentions: [...mentions],
      ...{ events, latest, model: model?.hash ?? null },
    };
  }
}

// --- internal ---

/** One reason to flag an event. */
interface Finding extends LiveFact {
  readonly severity: Severity;
  /** Events that it stands for. */
  readonly events: number;
  readonly detail: Json;
}

interface Judging {
  readonly quantity: QuantityStream | null;
  readonly windows: LiveWindows;
  readonly drift: DriftMeter;
}

/** The lines that are taken now, and the records and events they gave. */
interface Slice {
  readonly source: PipelineSource;
  readonly generation: string;
  readonly events: EventColumns;
  template(internal: number): Template;
  /** Text of a public id. */
  textOf(id: string): string;
  /** Place of a row's line in the round's records, -1 where it came earlier. */
  placeOf(row: number): number;
  receivedOf(row: number): number;
  text(row: number): string;
  readonly batch: RecordBatch;
}

const RANKS: readonly Severity[] = ['NONE', 'LOW', 'MED', 'HIGH'];
/** Entities that are counted, and entities that a parser numbers before it begins anew. */
const MOST_ENTITIES = 100_000;
/** Events that are stored of an alert, and alerts whose events are counted for that. */
const STORED_EVENTS = 100;
const MOST_COUNTED = 10_000;
/** Events between two looks at the texts of templates, which may generalise. */
const RENAME_EVERY = 20_000;
/** Flagged events of a slice for which the model is asked what it expected. */
const MOST_EXPLAINED = 256;
const EXPECTED = 5;
const LONGEST_EXAMPLE = 1000;

/** Stores the lines and gives access to them by row. */
function sliceOf(
  source: PipelineSource,
  generation: string,
  lines: LiveLines,
  batch: RecordBatch,
  events: EventColumns,
  template: (internal: number) => Template,
  round: Round,
  parser: Parser,
): Slice {
  const base = round.records.length;
  const rowOf = new Int32Array(lines.count).fill(-1);
  const placeIn = (row: number): number => {
    const place = events.line[row]! - lines.firstLine;
    return place >= 0 && place < lines.count ? place : -1;
  };
  for (let row = 0; row < events.count; row++) {
    const place = placeIn(row);
    if (place >= 0) rowOf[place] = row;
  }
  const clean = isUtf8(lines.bytes) && !lines.bytes.includes(0);
  for (let i = 0; i < lines.count; i++) {
    const row = rowOf[i]!;
    const found = row < 0 ? null : template(events.template[row]!);
    const received = lines.received[i]!;
    const given = row < 0 ? received : events.time[row]!;
    const time = Number.isNaN(given) ? received : given;
    const start = lines.starts[i]!;
    const end = lines.ends[i]!;
    const bytes = clean ? null : lines.bytes.subarray(start, end);
    const raw = bytes !== null && !(isUtf8(bytes) && !bytes.includes(0)) ? { raw: bytes.slice() } : {};
    round.records.push({
      ...{ source: source.id, sequence: lines.offsets[i]!, time },
      host: row < 0 ? null : events.strings.value(events.host[row]!) || null,
      app: row < 0 ? null : events.strings.value(events.app[row]!) || null,
      level: row < 0 || events.level[row] === 255 ? null : events.level[row]!,
      template: found?.id ?? null,
      text: decodeUtf8(lines.bytes, start, end),
      ...raw,
    });
    round.received.push(received);
    round.bytes += end - start;
    if (!found) continue;
    const known = round.templates.get(found.id);
    if (known) {
      known.count++;
      known.lastSeen = Math.max(known.lastSeen, time);
    } else round.templates.set(found.id, { text: found.text, count: 1, lastSeen: time });
  }
  return {
    ...{ source, generation, events, template, batch },
    textOf: (id) => parser.resolve(id)?.text ?? id,
    placeOf: (row) => {
      const place = placeIn(row);
      return place < 0 ? -1 : base + place;
    },
    receivedOf: (row) => lines.received[Math.max(0, placeIn(row))] ?? 0,
    text: (row) => {
      const place = placeIn(row);
      return place < 0 ? '' : decodeUtf8(lines.bytes, lines.starts[place], lines.ends[place]);
    },
  };
}

function lineOf({ events, text }: Slice, row: number): LineExample {
  return {
    ...{ line: events.line[row]!, offset: events.offset[row]!, length: events.length[row]! },
    text: text(row).slice(0, LONGEST_EXAMPLE),
  };
}

async function explained(
  live: LiveModel,
  rows: readonly LiveRow[],
  scores: readonly LiveScore[],
): Promise<Map<number, Expected[]>> {
  const asked: number[] = [];
  const seen = new Map<string, number>();
  scores.forEach(({ flagged, history }, i) => {
    if (!flagged || asked.length >= MOST_EXPLAINED) return;
    const key = `${rows[i]?.key} ${history.at(-1)?.key}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    if (count <= 4) asked.push(i);
  });
  const lists = await expectedAt(
    live,
    asked.map((i) => ({ history: scores[i]!.history.map(({ key }) => key), key: rows[i]!.key })),
    EXPECTED,
  );
  return new Map(asked.map((i, n) => [i, lists[n] ?? []]));
}

function countsOf(quantity: QuantityStream, events: EventColumns, { row, time, key }: LiveRow): RunningCount[] {
  return subjectsOf(events, row).map(({ kind, host, subject }) =>
    quantity.add(kind, host, kind === 'template' ? key : subject, time, events.repeat[row]!),
  );
}

function sequenceText(
  template: Template,
  expected: readonly Expected[],
  textOf: (id: string) => string,
  unseen: boolean,
): string {
  const [best] = expected;
  const shown = (id: string): string => (id === END_KEY ? 'the end of the session' : `'${textOf(id)}'`);
  const came = `'${template.text}'${unseen ? ' (never seen)' : ''}`;
  return best
    ? `${came} where ${shown(best.template)} was expected (${Math.round(best.p * 100)} %)`
    : `${came} was not expected`;
}

function entitiesOf(events: EventColumns, row: number): Entity[] {
  return Array.from(events.entities.subarray(events.entityOffsets[row], events.entityOffsets[row + 1]), (id) =>
    events.entityTable.entity(id),
  );
}

function nameOf({ kind, value }: Entity): string {
  return `${kind}\0${value}`;
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
