import { isAscii, isUtf8 } from 'node:buffer';
import type { LiveLines } from '../read/index.ts';
import { type Entity, type EventColumns, LEVEL_UNKNOWN, type LineExample, type Template } from '../types.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import type { Round } from './round.ts';

/** Where lines come from. */
export interface PipelineSource {
  readonly id: number;
  readonly name: string;
}

/** Lines of one source that were read: their records, and their events by row. */
export interface Slice {
  readonly source: PipelineSource;
  readonly generation: string;
  readonly events: EventColumns;
  template(row: number): Template;
  /** Place of a row's line in the round's records, -1 where it came earlier. */
  placeOf(row: number): number;
  receivedOf(row: number): number;
  /** Its own time, or that of its receipt where it has none or one that lies ahead. */
  timeOf(row: number): number;
  host(row: number): string;
  entities(row: number): Entity[];
  /** Where a row's line is, with its text. */
  line(row: number): LineExample;
}

/** What reading lines gave. */
export interface SliceParts {
  readonly source: PipelineSource;
  readonly generation: string;
  readonly lines: LiveLines;
  readonly events: EventColumns;
  readonly template: (internal: number) => Template;
}

const LONGEST_EXAMPLE = 1000;
/** How far a sender's clock may be ahead, ms. */
const MOST_AHEAD = 600_000;

/** Gives access to lines by the rows of their events. */
export function sliceOf({ source, generation, lines, events, template }: SliceParts, base: number): Slice {
  const placeIn = (row: number): number => {
    const place = events.line[row]! - lines.firstLine;
    return place >= 0 && place < lines.count ? place : -1;
  };
  const receivedOf = (row: number): number => lines.received[Math.max(0, placeIn(row))] ?? 0;
  const text = (row: number): string => {
    const place = placeIn(row);
    return place < 0 ? '' : decodeUtf8(lines.bytes, lines.starts[place], lines.ends[place]);
  };
  return {
    ...{ source, generation, events, receivedOf },
    template: (row) => template(events.template[row]!),
    placeOf: (row) => {
      const place = placeIn(row);
      return place < 0 ? -1 : base + place;
    },
    timeOf: (row) => {
      const time = events.time[row]!;
      const received = receivedOf(row);
      // What is not over yet cannot be in a log: the sender's clock or time zone is another.
      return Number.isNaN(time) || time > received + MOST_AHEAD ? received : time;
    },
    host: (row) => events.strings.value(events.host[row]!),
    entities: (row) =>
      Array.from(events.entities.subarray(events.entityOffsets[row], events.entityOffsets[row + 1]), (id) =>
        events.entityTable.entity(id),
      ),
    line: (row) => ({
      ...{ line: events.line[row]!, offset: events.offset[row]!, length: events.length[row]! },
      text: text(row).slice(0, LONGEST_EXAMPLE),
    }),
  };
}

/** Adds the lines to a round as records, each with what its event says, and counts their templates. */
export function recordLines({ source, lines, events, template }: SliceParts, round: Round): void {
  const rowOf = new Int32Array(lines.count).fill(-1);
  for (let row = 0; row < events.count; row++) {
    const place = events.line[row]! - lines.firstLine;
    if (place >= 0 && place < lines.count) rowOf[place] = row;
  }
  const { buffer, byteOffset, byteLength } = lines.bytes;
  const bytesOfAll = Buffer.from(buffer, byteOffset, byteLength);
  const ascii = isAscii(bytesOfAll);
  const clean = (ascii || isUtf8(bytesOfAll)) && !bytesOfAll.includes(0);
  const { count, starts, ends } = lines;
  const times = new Float64Array(count);
  const levels = new Uint8Array(count).fill(LEVEL_UNKNOWN);
  const hosts: string[] = [];
  const apps: string[] = [];
  const templates: (string | null)[] = [];
  for (let i = 0; i < count; i++) {
    const row = rowOf[i]!;
    const found = row < 0 ? null : template(events.template[row]!);
    const received = lines.received[i]!;
    const given = row < 0 ? received : events.time[row]!;
    const time = Number.isNaN(given) ? received : given;
    times[i] = time;
    hosts.push(row < 0 ? '' : events.strings.value(events.host[row]!));
    apps.push(row < 0 ? '' : events.strings.value(events.app[row]!));
    if (row >= 0) levels[i] = events.level[row]!;
    templates.push(found?.id ?? null);
    round.received.push(received);
    round.bytes += ends[i]! - starts[i]!;
    if (!found) continue;
    const known = round.templates.get(found.id);
    if (known) {
      known.count++;
      known.lastSeen = Math.max(known.lastSeen, time);
    } else round.templates.set(found.id, { text: found.text, count: 1, lastSeen: time });
  }
  round.records.add({
    length: count,
    at: (i) => {
      const start = starts[i]!;
      const end = ends[i]!;
      const record = {
        source: source.id,
        sequence: lines.offsets[i]!,
        time: times[i]!,
        text: bytesOfAll.toString(ascii ? 'latin1' : 'utf8', start, end),
        host: hosts[i] || null,
        app: apps[i] || null,
        level: levels[i] === LEVEL_UNKNOWN ? null : levels[i]!,
        template: templates[i] ?? null,
      };
      const bytes = clean ? null : lines.bytes.subarray(start, end);
      const broken = bytes !== null && (!isUtf8(bytes) || bytes.includes(0));
      return broken ? { ...record, raw: bytes.slice() } : record;
    },
  });
}
