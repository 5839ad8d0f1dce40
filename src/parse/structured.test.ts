import { parse as parseCsv } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { createDrain } from './drain.ts';
import { batchOf } from './records.case.ts';
import { structuredHeader, structuredRows, templatesCsv } from './structured.ts';

const messages = ['say "hi", root from 10.0.0.1', 'say "hi", alice from 10.0.0.2', 'odd\rline, 7', ''];

it('writes one row per record, with the final templates', () => {
  const parser = createDrain();
  const batch = batchOf(messages, { host: 'web', app: 'a,b', pid: 7 });
  batch.time[0] = Date.UTC(2017, 2, 30, 15, 54, 17);
  const { template } = parser.parse(batch);
  const csv = structuredHeader({ parameters: true }) + structuredRows(batch, template, parser, { parameters: true });
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
  const rows = structuredRows(batch, parser.parse(batch).template, parser, { parameters: false });
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
