import { expect, it } from 'vitest';
import { createNumberSpool } from './number-spool.ts';

it.each([0, 10, 1000])('gives back every part in order, with room for %i numbers in memory', async (most) => {
  const parts = [
    Int32Array.of(1, -2, 3),
    new Int32Array(0),
    Int32Array.from({ length: 40 }, (_, i) => i),
    Int32Array.of(7),
  ];
  const spool = createNumberSpool(most);
  for (const part of parts) await spool.append(part);
  for (let time = 0; time < 2; time++) {
    const found: Int32Array[] = [];
    for await (const part of spool.parts()) found.push(part);
    expect(found).toEqual(parts);
  }
  await spool.dispose();
});
