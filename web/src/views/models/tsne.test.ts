import { expect, it } from 'vitest';
import { tsne } from './tsne.ts';

it('keeps groups together and apart from each other', () => {
  const groups = [0, 1, 2].flatMap((group) =>
    Array.from({ length: 12 }, (_, i) => ({
      ...{ id: `${group} ${i}`, group },
      x: 3 * group + 0.1 * Math.cos(i * 2.4),
      y: (group % 2) + 0.1 * Math.sin(i * 2.4),
    })),
  );
  const placed = tsne(groups);
  const of = (id: string) => groups.find((point) => point.id === id)?.group;
  for (const point of placed) {
    const [nearest] = placed
      .filter((other) => other !== point)
      .sort((a, b) => Math.hypot(a.x - point.x, a.y - point.y) - Math.hypot(b.x - point.x, b.y - point.y));
    expect(of(nearest?.id ?? '')).toBe(of(point.id));
  }
  expect(tsne(groups)).toEqual(placed);
});

it('spreads points that are all at one place', () => {
  const placed = tsne(Array.from({ length: 8 }, (_, i) => ({ id: `${i}`, x: 1, y: 1 })));
  expect(new Set(placed.map(({ x, y }) => `${x.toFixed(6)} ${y.toFixed(6)}`)).size).toBe(8);
});
