import { expect, it } from 'vitest';
import type { EventColumns } from '../types.ts';
import { concatEvents } from './concat-events.ts';
import { createDrain } from './drain.ts';
import { batchOf } from './records.case.ts';

const lines = ['login of user root from 10.0.0.1', 'logout of user root', 'reboot', 'login of user eve from 10.0.0.2'];

it('gives the table that one batch would have given', () => {
  const whole = createDrain().parse(batchOf(lines));
  const parser = createDrain();
  const batch = batchOf(lines);
  const parts = [batch, batch, batch, batch].map((same, row): EventColumns => {
    const part = batchOf([lines[row] ?? '']);
    return parser.parse({
      ...part,
      strings: same.strings,
      line: Float64Array.of(row + 1),
      offset: batch.offset.slice(row, row + 1),
    });
  });
  const table = concatEvents(parts);
  for (const column of ['time', 'template', 'host', 'line', 'offset', 'length', 'entities', 'entityOffsets'] as const) {
    expect(table[column]).toEqual(whole[column]);
  }
  expect(table.count).toBe(4);
});

it('refuses parts of different runs, and nothing at all', () => {
  const parts = [createDrain().parse(batchOf(lines)), createDrain().parse(batchOf(lines))];
  expect(() => concatEvents(parts)).toThrow(expect.objectContaining({ code: 'E_INTERNAL' }));
  expect(() => concatEvents([])).toThrow(expect.objectContaining({ code: 'E_INTERNAL' }));
});
