import type { Graph } from './layout.ts';

/** Steps that a drawing can have and still be read. */
const READABLE = 26;

/**
 * The part of a workflow around some of its steps: what a person can read of one that has
 * hundreds. Near steps first, before and after alike; all of it where it is small.
 */
export function partAround({ nodes, edges }: Graph, focus: ReadonlySet<string>): Graph {
  if (nodes.length <= READABLE) return { nodes, edges };
  const next = new Map<string, string[]>();
  const link = (from: string, to: string): void => {
    next.set(from, [...(next.get(from) ?? []), to]);
  };
  for (const { from, to } of edges) {
    link(from, to);
    link(to, from);
  }
  const chosen = new Set([...focus].slice(0, READABLE));
  let edge = [...chosen];
  while (edge.length > 0 && chosen.size < READABLE) {
    // Of a step with hundreds of neighbours some: the others are found from their own side.
    const further = edge.flatMap((id) => (next.get(id) ?? []).filter((to) => !chosen.has(to)).slice(0, NEIGHBOURS));
    edge = [...new Set(further)].slice(0, READABLE - chosen.size);
    for (const id of edge) chosen.add(id);
  }
  return withoutEnds({
    nodes: nodes.filter((node) => chosen.has(node.id)),
    edges: edges.filter(({ from, to }) => chosen.has(from) && chosen.has(to)),
  });
}

/** Where to begin in a workflow that is too large to show: a step with several ways on, but not with all. */
export function firstFocus({ nodes, edges }: Graph): string | null {
  const ways = new Map<string, number>();
  for (const { from, to } of edges) {
    for (const id of [from, to]) ways.set(id, (ways.get(id) ?? 0) + 1);
  }
  const keys = nodes.filter((node) => node.kind === 'key' && (ways.get(node.id) ?? 0) <= NEIGHBOURS);
  const [best] = keys.sort((a, b) => (ways.get(b.id) ?? 0) - (ways.get(a.id) ?? 0));
  return best?.id ?? nodes[0]?.id ?? null;
}

// --- internal ---

const NEIGHBOURS = 5;
const GATEWAYS: readonly string[] = ['branch', 'merge', 'fork', 'join'];

/** The same without gateways that lead nowhere or are led to from nowhere, since what was there is left out. */
function withoutEnds({ nodes, edges }: Graph): Graph {
  const from = new Set(edges.map((edge) => edge.from));
  const to = new Set(edges.map((edge) => edge.to));
  const kept = nodes.filter(({ id, kind }) => !GATEWAYS.includes(kind) || (from.has(id) && to.has(id)));
  if (kept.length === nodes.length) return { nodes, edges };
  const ids = new Set(kept.map(({ id }) => id));
  return withoutEnds({ nodes: kept, edges: edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to)) });
}
