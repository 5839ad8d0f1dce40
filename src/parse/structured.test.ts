import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordBatch } from '../types.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';
import { createDrain } from './drain.ts';
import { parametersAt } from './parameter-places.ts';
import type { Parser } from './parser.ts';
import { batchOf } from './records.case.ts';
import { createParser } from './registry.ts';
import { structuredHeader, structuredWriter, templatesCsv } from './structured.ts';

const textOf = (batch: RecordBatch, template: Int32Array, parser: Parser, parameters: boolean): string =>
  decodeUtf8(structuredWriter(parser, { parameters })(batch, template));

const messages = ['say "hi", root from 10.0.0.1', 'say "hi", alice from 10.0.0.2', 'odd\rline, 7', ''];

it('writes one row per record, with the final templates', () => {
  const parser = createDrain();
  const batch = batchOf(messages, { host: 'web', app: 'a,b', pid: 7 });
  batch.time[0] = Date.UTC(2017, 2, 30, 15, 54, 17);
  const { template } = parser.parse(batch);
  const csv = structuredHeader({ parameters: true }) + textOf(batch, template, parser, true);
  const rows: Record<string, string>[] = parseCsv(csv, { columns: true, record_delimiter: '\n' });
  expect(rows.map((row) => row.Content)).toEqual(messages);
  expect(rows.map((row) => row.LineId)).toEqual(['1', '2', '3', '4']);
  expect(rows[0]).toMatchObject({
    Time: '2017-03-30T15:54:17.000Z',
    Host: 'web',
    App: 'a,b',
    Pid: '7',
    EventTemplate: 'say "hi", <*> from <IP>',
    ParameterList: '["root","10.0.0.1"]',
  });
  expect(rows[1]?.EventId).toBe(rows[0]?.EventId);
});

it('leaves parameters out when told', () => {
  const parser = createDrain();
  const batch = batchOf(messages);
  const rows = textOf(batch, parser.parse(batch).template, parser, false);
  expect(structuredHeader({ parameters: false })).toBe('LineId,Time,Host,App,Pid,Content,EventId,EventTemplate\n');
  expect(rows.split('\n')[2]).toMatch(/^3,,,,,"odd\rline, 7",[0-9a-f]{16},"odd line, <NUM>"$/);
});

it('lists templates with their occurrences', () => {
  const parser = createDrain();
  parser.parse(batchOf(messages));
  const rows: Record<string, string>[] = parseCsv(templatesCsv(parser), { columns: true });
  expect(rows.map(({ EventTemplate, Occurrences }) => [EventTemplate, Occurrences])).toEqual([
    ['say "hi", <*> from <IP>', '2'],
    ['odd line, <NUM>', '1'],
    ['', '1'],
  ]);
});

/** The rows, written the slow and simple way. */
function simpleRows(batch: RecordBatch, numbers: Int32Array, parser: Parser): string {
  const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return Array.from(numbers, (number, row) => {
    const [start = 0, end = 0, time = 0, pid = 0] = [batch.start[row], batch.end[row], batch.time[row], batch.pid[row]];
    const { id, text } = parser.templateOf(number);
    const values = parametersAt(batch.bytes, parser.placesOf(batch.bytes, start, end, number)).map(
      ({ value }) => value,
    );
    const fields = [
      batch.line[row],
      Number.isNaN(time) ? '' : new Date(time).toISOString(),
      field(batch.strings.value(batch.host[row] ?? -1)),
      field(batch.strings.value(batch.app[row] ?? -1)),
      pid < 0 ? '' : pid,
      field(decodeUtf8(batch.bytes, start, end)),
      ...[id, field(text), field(JSON.stringify(values))],
    ];
    return `${fields.join(',')}\n`;
  }).join('');
}

it.each(['drain', 'spell', 'ft-tree'])('writes what the simple way writes, with %s', (name) => {
  const piece = fc.constantFrom(
    'a',
    'b7',
    '10.0.0.1',
    '"',
    '\\',
    ',',
    'é',
    '\u2028',
    '\t',
    '\0',
    '\r',
    '=',
    '42',
    'x"y',
  );
  const message = fc.oneof(
    fc.array(piece, { maxLength: 9 }).map((pieces) => encodeUtf8(pieces.join(' '))),
    fc.array(piece, { maxLength: 9 }).map((pieces) => encodeUtf8(pieces.join(''))),
    fc.uint8Array({ maxLength: 40 }),
  );
  const time = fc.oneof(
    fc.constantFrom(
      Number.NaN,
      0,
      -1,
      1.75,
      86_399_999.5,
      253_402_300_799_999,
      253_402_300_800_000,
      -62_198_755_200_000,
    ),
    fc.double({ min: -1e13, max: 1e15, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(message, time, fc.integer({ min: -1, max: 99_999 })), { maxLength: 30 }), (rows) => {
      const parser = createParser(name, { entities: false });
      const batch = batchOf(
        rows.map(([text]) => text),
        { host: 'h,1', app: 'é"' },
      );
      rows.forEach(([, when, pid], row) => {
        batch.time[row] = when;
        batch.pid[row] = pid;
        batch.line[row] = pid < 0 ? 0 : 2 ** 34 * pid + row;
      });
      const { template } = parser.parse(batch);
      const write = structuredWriter(parser, { parameters: true });
      const expected = simpleRows(batch, template, parser);
      // Twice: what it has written before must not show.
      for (let round = 0; round < 2; round++) expect(decodeUtf8(write(batch, template))).toBe(expected);
    }),
    { numRuns: 300 },
  );
});
