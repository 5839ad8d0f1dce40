import { CaracalError } from '../errors.ts';
import type { Parser } from '../parse/index.ts';
import { createLiveReader } from '../read/index.ts';
import { createSessionizer } from '../sequence/index.ts';
import type { Store, StoredRecord } from '../store/index.ts';
import { createLessons, type Lesson, MOST_EVENTS } from './lessons.ts';
import { linesOfRecords } from './record-lines.ts';
import type { ServiceOptions } from './service-options.ts';

/** Fewer lines than this are nothing to learn from. */
const FEWEST = 1000;

/**
 * What the lines that are stored teach, the latest of them, without those of windows
 * that nobody has dismissed: an intruder's work must not become normal.
 *
 * @param parser one of its own: it learns too
 * @throws CaracalError `E_TOO_LITTLE_DATA`
 */
export async function recentLesson(store: Store, parser: Parser, options: ServiceOptions): Promise<Lesson> {
  const suspect = await suspectTimes(store);
  const records: StoredRecord[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['records']['page']>> = await store.records.page({}, { cursor, limit: 1000 });
    for (const record of page.items) {
      if (!suspect.some(([start, end]) => record.time >= start && record.time <= end)) records.push(record);
    }
    cursor = page.cursor;
  } while (cursor !== null && records.length < MOST_EVENTS);
  if (records.length < FEWEST) {
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `There are only ${records.length} stored lines outside suspect windows, at least ${FEWEST} are needed to learn. Wait for more.`,
    );
  }
  records.sort((a, b) => a.id - b.id);
  const lessons = createLessons(options.sessionTimeout ?? 3_600_000);
  const bySource = new Map<number, StoredRecord[]>();
  for (const record of records) {
    const own = bySource.get(record.source);
    if (own) own.push(record);
    else bySource.set(record.source, [record]);
  }
  for (const [source, own] of bySource) {
    const reader = createLiveReader(source, { format: options.format, timezone: options.timezone });
    for (let from = 0; from < own.length; from += 1000) {
      const lines = linesOfRecords(own.slice(from, from + 1000), from + 1);
      const batch = reader.read(lines);
      const events = parser.parse(batch);
      const sessionizer = createSessionizer(options.session ?? { kind: 'process' });
      const sessions = sessionizer.sessions(batch);
      for (let row = 0; row < events.count; row++) {
        const given = events.time[row]!;
        const time = Number.isNaN(given) ? (lines.received[0] ?? 0) : given;
        lessons.add(events, row, sessionizer.name(sessions[row]!), time);
      }
      // Lines go on being taken in meanwhile.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
  return lessons.lesson(parser);
}

// --- internal ---

async function suspectTimes(store: Store): Promise<(readonly [number, number])[]> {
  const times: (readonly [number, number])[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['windows']['page']>> = await store.windows.page(
      { status: ['open', 'true-positive', 'not-evaluable'] },
      { cursor, limit: 1000 },
    );
    for (const { start, end } of page.items) times.push([start, end]);
    cursor = page.cursor;
  } while (cursor !== null && times.length < 10_000);
  return times;
}
