import type { ModelDetail } from '../../api/types.ts';

export type Graph = NonNullable<ModelDetail['workflow']>;
type GraphNode = Graph['nodes'][number];

/** A node with its place; `x` and `y` are its middle. */
export interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'again' | 'skip';
  readonly path: string;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

const COLUMN = 190;
const KEY_WIDTH = 168;
const KEY_HEIGHT = 44;
const ROW = 62;
const MARGIN = 30;

/**
 * Places a workflow from left to right: a node's column is its longest way from the
 * beginning (edges that lead back do not count), its row comes from the middle of those
 * before it. In the manner of Sugiyama et al. 1981, with sweeps by barycentre.
 */
export function layOut({ nodes, edges }: Graph): Layout {
  const column = columnsOf(nodes, edges);
  const layers: string[][] = [];
  for (const { id } of nodes) {
    const at = column.get(id) ?? 0;
    layers[at] = [...(layers[at] ?? []), id];
  }
  const forward = edges.filter((edge) => (column.get(edge.from) ?? 0) < (column.get(edge.to) ?? 0));
  const before = grouped(forward, 'to', 'from');
  const after = grouped(forward, 'from', 'to');
  for (let sweep = 0; sweep < 6; sweep++) {
    const downward = sweep % 2 === 0;
    const order = downward ? layers : [...layers].reverse();
    const place = new Map(layers.flatMap((layer) => layer.map((id, i) => [id, i - layer.length / 2] as const)));
    for (const layer of order) {
      const middle = (id: string): number => {
        const near = (downward ? before : after).get(id) ?? [];
        return near.length === 0
          ? (place.get(id) ?? 0)
          : near.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / near.length;
      };
      layer.sort((a, b) => middle(a) - middle(b));
      layer.forEach((id, i) => void place.set(id, i - layer.length / 2));
    }
  }
  const tallest = Math.max(1, ...layers.map((layer) => layer.length));
  const height = tallest * ROW + 2 * MARGIN + 40;
  const placed = new Map<string, PlacedNode>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  let x = MARGIN + 20;
  for (const layer of layers) {
    const wide = layer.some((id) => byId.get(id)?.kind === 'key');
    const half = wide ? KEY_WIDTH / 2 : 14;
    x += half;
    layer.forEach((id, i) => {
      const node = byId.get(id);
      if (!node) return;
      const key = node.kind === 'key';
      const size = key ? { width: KEY_WIDTH, height: KEY_HEIGHT } : { width: 28, height: 28 };
      placed.set(id, { ...node, ...size, x, y: height / 2 + (i - (layer.length - 1) / 2) * ROW });
    });
    x += half + (COLUMN - KEY_WIDTH) + 22;
  }
  return {
    nodes: [...placed.values()],
    edges: edges.flatMap((edge) => {
      const from = placed.get(edge.from);
      const to = placed.get(edge.to);
      return from && to ? [{ ...edge, path: pathOf(from, to, [...placed.values()]) }] : [];
    }),
    width: x + MARGIN,
    height,
  };
}

// --- internal ---

/** Longest way from the beginning; an edge to a node that is on the way there leads back. */
function columnsOf(nodes: readonly GraphNode[], edges: Graph['edges']): ReadonlyMap<string, number> {
  const next = grouped(edges, 'from', 'to');
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const back = new Set<string>();
  const visit = (start: string): void => {
    const stack: { readonly id: string; at: number }[] = [{ id: start, at: 0 }];
    state.set(start, 'open');
    while (stack.length > 0) {
      const top = stack.at(-1);
      if (!top) break;
      const to = (next.get(top.id) ?? [])[top.at++];
      if (to === undefined) {
        state.set(top.id, 'done');
        order.unshift(top.id);
        stack.pop();
      } else if (state.get(to) === 'open') {
        back.add(`${top.id} ${to}`);
      } else if (!state.has(to)) {
        state.set(to, 'open');
        stack.push({ id: to, at: 0 });
      }
    }
  };
  for (const { id } of nodes) if (!state.has(id)) visit(id);
  const column = new Map(nodes.map((node) => [node.id, 0]));
  for (const id of order) {
    for (const to of next.get(id) ?? []) {
      if (!back.has(`${id} ${to}`)) column.set(to, Math.max(column.get(to) ?? 0, (column.get(id) ?? 0) + 1));
    }
  }
  return column;
}

function grouped(
  edges: Graph['edges'],
  by: 'from' | 'to',
  what: 'from' | 'to',
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const edge of edges) groups.set(edge[by], [...(groups.get(edge[by]) ?? []), edge[what]]);
  return groups;
}

/** A way that crosses no node: straight on where nothing is between, else around, the shorter way. */
function pathOf(from: PlacedNode, to: PlacedNode, nodes: readonly PlacedNode[]): string {
  const start = from.x + from.width / 2;
  const end = to.x - to.width / 2;
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const between = nodes.filter((node) => node !== from && node !== to && node.x > left + 1 && node.x < right - 1);
  const isIn = (node: PlacedNode): boolean => {
    const y = from.y + ((node.x - from.x) / (to.x - from.x)) * (to.y - from.y);
    return Math.abs(node.y - y) < node.height / 2 + 6;
  };
  if (end > start && !between.some(isIn)) {
    const bend = Math.min(60, (end - start) / 2);
    return `M${start},${from.y} C${start + bend},${from.y} ${end - bend},${to.y} ${end},${to.y}`;
  }
  const passed = [
    ...between,
    from,
    to,
    ...nodes.filter((node) => Math.abs(node.x - from.x) < 2 || Math.abs(node.x - to.x) < 2),
  ];
  const over = Math.min(...passed.map((node) => node.y - node.height / 2)) - 16;
  const under = Math.max(...passed.map((node) => node.y + node.height / 2)) + 16;
  // What leads back goes below, unless above is much nearer.
  const above = from.y + to.y - 2 * over + (end > start ? 0 : 40) < 2 * under - from.y - to.y;
  const edge = above ? over : under;
  const side = (node: PlacedNode): number => node.y + ((above ? -1 : 1) * node.height) / 2;
  if (end <= start) return `M${from.x},${side(from)} C${from.x},${edge} ${to.x},${edge} ${to.x},${side(to)}`;
  return `M${start},${from.y} C${start + 20},${from.y} ${start + 6},${edge} ${start + 32},${edge} L${end - 32},${edge} C${end - 6},${edge} ${end - 20},${to.y} ${end},${to.y}`;
}
