import { describe, expect, it } from 'vitest';
import type { EventColumns } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { createEntityTable, createStringTable } from '../util/tables.ts';
import { fitQuantity } from './quantity.ts';
import { createQuantityLearner, createQuantityStream } from './quantity-stream.ts';

const MINUTE = 60_000;

describe('quantity over a stream', () => {
  it('says what the table of events says of the counts so far', () => {
    const rng = createRng(3);
    const usual = Array.from({ length: 400 }, (_, i) => ({
      time: i * 2 * MINUTE,
      template: rng.int(3),
      host: rng.int(2),
    }));
    const later = Array.from({ length: 300 }, (_, i) => ({
      time: 2000 * MINUTE + i * 3000,
      template: rng.int(4),
      host: rng.int(2),
    }));
    const rows = [...usual, ...later];
    const events = tableOf(rows);
    const learned = Array.from({ length: usual.length }, (_, i) => i);
    const judged = Array.from({ length: later.length }, (_, i) => usual.length + i);
    const oracle = fitQuantity(events, learned).judge(events, judged, { running: true });

    const learner = createQuantityLearner();
    for (const { time, template, host } of usual) learner.add('template', `h${host}`, `t${template}`, time, 1);
    let stream = createQuantityStream(JSON.parse(JSON.stringify(learner.baseline())));
    later.forEach(({ time, template, host }, i) => {
      if (i === 150) stream = createQuantityStream(learner.baseline(), JSON.parse(JSON.stringify(stream.snapshot())));
      const { surprise } = stream.add('template', `h${host}`, `t${template}`, time, 1);
      expect(surprise).toBeCloseTo(oracle.surprise[i]!, 5);
    });
  });

  it('judges a count anew each time it has grown by a quarter, and says how many events that were', () => {
    const stream = createQuantityStream(createQuantityLearner().baseline());
    const judged = Array.from({ length: 100 }, () => stream.add('user', 'h', 'eve', 0, 1).judged);
    expect(judged.reduce((sum, events) => sum + events)).toBeGreaterThan(80);
    expect(judged.filter((events) => events > 0).length).toBeLessThan(25);
  });

  it('stays bounded however many subjects come', () => {
    const stream = createQuantityStream(createQuantityLearner().baseline());
    for (let i = 0; i < 120_000; i++) stream.add('address', 'h', String(i), 0, 1);
    expect(stream.snapshot().length).toBeLessThanOrEqual(100_000);
    stream.add('address', 'h', 'x', 20 * MINUTE, 1);
    expect(stream.snapshot()).toHaveLength(1);
  });
});

function tableOf(rows: readonly { time: number; template: number; host: number }[]): EventColumns {
  const zeros = new Int32Array(rows.length);
  return {
    count: rows.length,
    time: Float64Array.from(rows, ({ time }) => time),
    template: Int32Array.from(rows, ({ template }) => template),
    host: Int32Array.from(rows, ({ host }) => host),
    ...{ app: zeros, pid: zeros, source: zeros, length: zeros, entities: zeros },
    level: new Uint8Array(rows.length),
    ...{ line: new Float64Array(rows.length), offset: new Float64Array(rows.length) },
    repeat: new Int32Array(rows.length).fill(1),
    entityOffsets: new Int32Array(rows.length + 1),
    ...{ strings: createStringTable(), entityTable: createEntityTable() },
  };
}
