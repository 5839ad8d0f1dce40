import { expect, it } from 'vitest';
import type { EntityKind } from '../../types.ts';
import { createStringTable } from '../../util/tables.ts';
import { decodeUtf8, encodeUtf8 } from '../../util/utf8.ts';
import type { Position } from '../batcher.ts';
import { readBatches } from '../batches.ts';
import { createNames } from '../names.ts';
import { createReport, type ReadReport } from '../read-report.ts';
import { sampleLines } from '../sniff.ts';
import { createClock } from '../time/clock.ts';
import type { FormatOptions } from './format.ts';
import { chooseFormat, detectFormat } from './index.ts';

/** A record as tests see it. */
export interface ReadRecord {
  readonly time: string;
  readonly level: number;
  readonly host: string;
  readonly app: string;
  readonly pid: number;
  readonly message: string;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly entities: readonly (readonly [kind: EntityKind, value: string])[];
}

/** Good and broken lines of a format. */
export interface FormatCase {
  readonly format: string;
  readonly options?: FormatOptions;
  /** Lines by which the format is recognised; header lines that every input needs come first. */
  readonly lines: readonly string[];
  /** What they are read as, in their order. */
  readonly records: readonly Partial<ReadRecord>[];
  /** Lines in place of the last good one that do not follow the format, and what is said of them. */
  readonly broken: readonly {
    readonly lines: readonly string[];
    readonly warnings: Readonly<Record<string, number>>;
    readonly record?: Partial<ReadRecord>;
  }[];
  /** Records are joined from several lines or sorted, so that reading cannot go on from any line. */
  readonly joins?: boolean;
}

/** What every format must do; run it with good and broken lines of the format. */
export function formatCases({ format, options = {}, lines, records, broken, joins = false }: FormatCase): void {
  const text = `${lines.join('\n')}\n`;

  it('is recognised, with a reason', () => {
    const { format: found, detection } = detectFormat(sampleLines(encodeUtf8(text)), options);
    expect(found.name).toBe(format);
    expect(detection.confidence).toBeGreaterThan(0.6);
    expect(detection.confidence).toBeLessThanOrEqual(1);
    expect(detection.reason).not.toBe('');
  });

  it('reads its lines', async () => {
    const read = await readText(text, format, options);
    expect(read.records).toEqual(records.map((record) => expect.objectContaining(record)));
    expect(read.report.warnings.filter(({ code }) => code !== 'no-time')).toEqual([]);
  });

  it('leads back to the raw lines', async () => {
    const bytes = encodeUtf8(text);
    for (const { offset, length, line } of (await readText(text, format, options)).records) {
      expect(decodeUtf8(bytes, offset, offset + length).startsWith(lines[line - 1] ?? '?')).toBe(true);
    }
  });

  it.each(broken)('counts and keeps what is broken: $lines', async ({ lines: wrong, warnings, record }) => {
    const read = await readText([...lines.slice(0, -1), ...wrong].join('\n'), format, options);
    expect(Object.fromEntries(read.report.warnings.map(({ code, count }) => [code, count]))).toEqual(
      expect.objectContaining(warnings),
    );
    if (record) expect(read.records).toContainEqual(expect.objectContaining(record));
  });

  it('reads lines that are cut anywhere without dropping one', async () => {
    for (const line of lines) {
      for (let end = 1; end < line.length; end += 1 + Math.floor(line.length / 16)) {
        await readText([...lines, line.slice(0, end)].join('\n'), format, options);
      }
    }
  });

  if (joins) return;

  it('goes on from any line', async () => {
    const all = (await readText(text, format, options)).records;
    for (const [i, { offset, line }] of all.entries()) {
      expect((await readText(text, format, options, { offset, line })).records).toEqual(all.slice(i));
    }
  });
}

/** Reads a text as a file would be, and asserts that its counts add up. */
export async function readText(
  text: string,
  format: string | undefined,
  options: FormatOptions = {},
  from?: Position,
): Promise<{ records: ReadRecord[]; report: ReadReport; format: string }> {
  const bytes = encodeUtf8(text);
  const strings = createStringTable();
  const names = createNames(strings);
  const report = createReport();
  const chosen = chooseFormat(sampleLines(bytes), { ...options, format });
  const reference = Date.UTC(2030, 0);
  const batches = readBatches({
    id: 0,
    file: 'test.log',
    chunks: (async function* () {
      yield bytes;
    })(),
    parser: chosen.parser({
      clock: createClock({ timezone: 'UTC', reference, year: 2017 }),
      names,
    }),
    names,
    report,
    reference,
    from,
    inOrder: true,
  });
  const records: ReadRecord[] = [];
  for await (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      const time = batch.time[i] ?? Number.NaN;
      const entities: [EntityKind, string][] = [];
      for (let e = batch.entities?.offsets[i] ?? 0; e < (batch.entities?.offsets[i + 1] ?? 0); e++) {
        entities.push([batch.entities?.kinds[e] ?? 'host', strings.value(batch.entities?.values[e] ?? -1)]);
      }
      records.push({
        time: Number.isNaN(time) ? '' : new Date(time).toISOString(),
        level: batch.level[i] ?? 0,
        host: strings.value(batch.host[i] ?? -1),
        app: strings.value(batch.app[i] ?? -1),
        pid: batch.pid[i] ?? -1,
        message: decodeUtf8(batch.bytes, batch.start[i], batch.end[i]),
        line: batch.line[i] ?? 0,
        offset: batch.offset[i] ?? 0,
        length: batch.length[i] ?? 0,
        entities,
      });
    }
  }
  const counts = report.report(1);
  expect(counts.records).toBe(records.length);
  expect(counts.records + counts.blankLines + counts.headerLines + counts.continuationLines).toBe(counts.lines);
  return { records, report: counts, format: chosen.format.name };
}
