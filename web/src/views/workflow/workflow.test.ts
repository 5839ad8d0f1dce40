import { describe, expect, it } from 'vitest';
import { follow } from './follow.ts';
import { type Graph, layOut } from './layout.ts';
import { firstFocus, partAround } from './part.ts';

/** begin, then (a, again by b) or c, perhaps d, end. */
const graph: Graph = {
  nodes: [
    ...(['begin', 'branch', 'merge', 'skip-from', 'skip-to', 'end'] as const).map((id) => ({
      id,
      kind: id === 'skip-from' ? ('branch' as const) : id === 'skip-to' ? ('merge' as const) : id,
      key: null,
      text: null,
    })),
    ...['a', 'b', 'c', 'd'].map((key) => ({ id: `node ${key}`, kind: 'key' as const, key, text: `text of ${key}` })),
  ],
  edges: [
    { from: 'begin', to: 'branch', kind: 'next' },
    { from: 'branch', to: 'node a', kind: 'next' },
    { from: 'branch', to: 'node c', kind: 'next' },
    { from: 'node a', to: 'node b', kind: 'again' },
    { from: 'node b', to: 'node a', kind: 'again' },
    { from: 'node a', to: 'merge', kind: 'next' },
    { from: 'node c', to: 'merge', kind: 'next' },
    { from: 'merge', to: 'skip-from', kind: 'next' },
    { from: 'skip-from', to: 'node d', kind: 'next' },
    { from: 'skip-from', to: 'skip-to', kind: 'skip' },
    { from: 'node d', to: 'skip-to', kind: 'next' },
    { from: 'skip-to', to: 'end', kind: 'next' },
  ],
};

describe('a run through a workflow', () => {
  it.each([
    [['a', 'b', 'a', 'd', '$'], null],
    [['c', '$'], null],
    [['a', 'c'], 1],
    [['c', 'd', 'd'], 2],
    [['x'], 0],
    [['a', 'b', '$'], 2],
  ] as const)('%j leaves it at %j', (keys, left) => {
    expect(follow(graph, keys).left).toBe(left);
  });

  it('names the node after which it left, and what it passed', () => {
    const run = follow(graph, ['a', 'c']);
    expect(run.leftAt).toBe('node a');
    expect([...run.taken].sort()).toEqual(['begin', 'branch', 'node a']);
  });

  it('may begin in the middle', () => {
    expect(follow(graph, ['d', '$'])).toMatchObject({ left: null });
  });
});

describe('a workflow of hundreds of steps', () => {
  const many: Graph = {
    nodes: Array.from({ length: 300 }, (_, i) => ({ id: `${i}`, kind: 'key' as const, key: `k${i}`, text: `${i}` })),
    edges: Array.from({ length: 299 }, (_, i) => ({ from: `${i}`, to: `${i + 1}`, kind: 'next' as const })),
  };

  it('shows what is around a step', () => {
    const { nodes, edges } = partAround(many, new Set(['150']));
    const shown = nodes.map(({ id }) => Number(id));
    expect(nodes.length).toBeLessThanOrEqual(26);
    expect([Math.min(...shown), Math.max(...shown)]).toEqual([137, 162]);
    expect(edges).toHaveLength(nodes.length - 1);
  });

  it('is shown as it is where it is small', () => {
    expect(partAround(graph, new Set(['node a']))).toEqual(graph);
    expect(firstFocus(graph)).toBe('node a');
  });
});

describe('the drawing', () => {
  const { nodes, edges, width, height } = layOut(graph);
  const at = new Map(nodes.map((node) => [node.id, node]));

  it('goes from left to right, loops apart', () => {
    for (const { from, to, kind } of graph.edges) {
      if (kind === 'again') continue;
      expect(at.get(from)?.x, `${from} before ${to}`).toBeLessThan(at.get(to)?.x ?? 0);
    }
    expect(edges).toHaveLength(graph.edges.length);
  });

  it('puts no two nodes at the same place, and all on the sheet', () => {
    for (const one of nodes) {
      expect(one.x - one.width / 2).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width / 2).toBeLessThanOrEqual(width);
      expect(one.y + one.height / 2).toBeLessThanOrEqual(height);
      for (const other of nodes) {
        if (one === other) continue;
        const apart =
          Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
          Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
  });
});
