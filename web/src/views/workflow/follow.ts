import type { Graph } from './layout.ts';

/** The way a run took through a workflow. */
export interface Run {
  /** Nodes that it came past. */
  readonly taken: ReadonlySet<string>;
  /** Index of the key with which it left; `null` where it never did. */
  readonly left: number | null;
  /** Node after which it left. */
  readonly leftAt: string | null;
}

/** Follows keys through a workflow, past its gateways, as far as they are in it. `$` ends a run. */
export function follow({ nodes, edges }: Graph, keys: readonly string[]): Run {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const begin = nodes.find((node) => node.kind === 'begin')?.id;
  if (begin === undefined) return { taken: new Set(), left: null, leftAt: null };
  const taken = new Set([begin]);
  let at = begin;
  // A run may have begun before its first line here: then it starts where that line is.
  const first = nodes.find((node) => node.key === keys[0]);
  for (const [i, key] of keys.entries()) {
    const way = reach(at, key) ?? (i === 0 && first ? [first.id] : null);
    if (way === null) return { taken, left: i, leftAt: at };
    for (const id of way) taken.add(id);
    at = way.at(-1) ?? at;
  }
  return { taken, left: null, leftAt: null };

  /** Nodes on the way to the nearest one with this key, over gateways only. */
  function reach(from: string, key: string): readonly string[] | null {
    const seen = new Set([from]);
    let ways: (readonly string[])[] = [[]];
    while (ways.length > 0) {
      const further: (readonly string[])[] = [];
      for (const way of ways) {
        for (const to of next.get(way.at(-1) ?? from) ?? []) {
          const node = byId.get(to);
          if (node && (key === '$' ? node.kind === 'end' : node.key === key)) return [...way, to];
          if (seen.has(to) || !node || node.kind === 'key' || node.kind === 'end') continue;
          seen.add(to);
          further.push([...way, to]);
        }
      }
      ways = further;
    }
    return null;
  }
}
