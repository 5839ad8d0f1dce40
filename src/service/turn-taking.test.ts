import { expect, it } from 'vitest';
import type { Delivery } from '../stream/index.ts';
import type { Lane, Waiting } from './lanes.ts';
import { inTurns } from './turn-taking.ts';

const lane = (name: string): Lane => ({ name }) as unknown as Lane;
const delivery = (of: Lane, count: number): Waiting => ({
  lane: of,
  item: { type: 'lines', count } as unknown as Delivery,
});

it('takes slices of several sources in turn, each in its own order and all of it', () => {
  const [a, b] = [lane('a'), lane('b')];
  const items = [
    delivery(a, 5000),
    delivery(a, 10),
    delivery(b, 3000),
    { lane: b, item: { type: 'notice' } } as Waiting,
  ];
  const turns = [...inTurns(items)].map(({ lane: of, from, to }) => [of === a ? 'a' : 'b', from, to]);
  expect(turns).toEqual([
    ['a', 0, 2048],
    ['b', 0, 2048],
    ['a', 2048, 4096],
    ['b', 2048, 3000],
    ['a', 4096, 5000],
    ['a', 0, 10],
  ]);
});

it('has nothing to give of nothing', () => {
  expect([...inTurns([])]).toEqual([]);
});
