import {
  components,
  concurrentCut,
  type Edges,
  loopCut,
  type Part,
  part,
  reached,
  type Skip,
  sequenceCut,
} from './workflow-cuts.ts';

/** Name of the place before a task's first key, and after its last. */
const BEGIN = '^';
const END = '$';

/**
 * The workflow of a task as nested blocks. Every key stands in one place.
 *
 * - `sequence`: one block after the other
 * - `branch`: exactly one of the blocks
 * - `concurrent`: all blocks, their keys interleaved in any way
 * - `loop`: the body once or more, with `again` in between where it is not null
 * - `optional`: the body or nothing
 * - `graph`: keys in an order that no block describes; what may follow what
 */
export type Block =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'sequence' | 'branch' | 'concurrent'; readonly blocks: readonly Block[] }
  | { readonly kind: 'loop'; readonly body: Block; readonly again: Block | null }
  | { readonly kind: 'optional'; readonly body: Block }
  | {
      readonly kind: 'graph';
      readonly keys: readonly string[];
      readonly starts: readonly string[];
      readonly ends: readonly string[];
      readonly edges: readonly (readonly [from: string, to: string])[];
    };

/** What follows what, and how often: what a workflow is found from. */
export interface Succession {
  /** Weight of `to` coming right after `from`; `^` is the begin of a sequence, `$` its end. */
  readonly follows: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Weight of `from` coming back right after `from to`: what tells a loop of two keys from two concurrent ones. */
  readonly returns: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** How a workflow is found. */
export interface WorkflowOptions {
  /** What follows a key less than this share as often as its most frequent successor is taken for noise. */
  readonly noise: number;
}

/**
 * The workflow of a task, by divide and conquer over what follows what: the keys are cut
 * into parts that exclude each other, follow each other, interleave or repeat, and each
 * part is cut again. Where no cut fits, rare ways are left out, the rarest first, until one
 * does; where none is rare, the part stays a graph: nothing is made up.
 *
 * Source: divergence points told apart as in DeepLog (Du et al., CCS 2017, section 4):
 * concurrent where either order is predicted, a loop where what was seen comes again, else
 * a branch. The cuts are those of the inductive miner on directly-follows graphs (Leemans,
 * Fahland & van der Aalst, "Scalable process discovery and conformance checking", Software &
 * Systems Modeling 17, 2018), what is left out is left out as there for infrequent behaviour.
 *
 * @returns null where nothing follows `^`
 */
export function discoverWorkflow(succession: Succession, { noise }: WorkflowOptions): Block | null {
  const frequent = withoutNoise(succession.follows, noise);
  const keys = [...new Set([...frequent.keys(), ...[...frequent.values()].flatMap((to) => [...to])])];
  const nodes = keys.filter((key) => key !== BEGIN && key !== END);
  const starts = new Set([...(frequent.get(BEGIN) ?? [])].filter((key) => key !== END));
  if (nodes.length === 0 || starts.size === 0) return null;
  const edges: Edges = new Map(
    nodes.map((from) => [from, new Set([...(frequent.get(from) ?? [])].filter((to) => to !== END))]),
  );
  const ends = new Set(nodes.filter((key) => frequent.get(key)?.has(END)));
  const whole = part(nodes, edges, starts, ends.size > 0 ? ends : lastReached(nodes, edges));
  return divide(whole, { returns: returnsOf(succession, noise), share: sharesOf(succession.follows) });
}

/** Keys of a workflow, in the order in which they stand in it. */
export function workflowKeys(block: Block): string[] {
  switch (block.kind) {
    case 'key':
      return [block.key];
    case 'graph':
      return [...block.keys];
    case 'loop':
      return [...workflowKeys(block.body), ...(block.again ? workflowKeys(block.again) : [])];
    case 'optional':
      return workflowKeys(block.body);
    default:
      return block.blocks.flatMap(workflowKeys);
  }
}

// --- internal ---

/** A way this much rarer than the usual ones out of its key and into the next gives way where no cut fits with it. */
const RARE = 0.2;
/** Ways up to this much more frequent than the rarest give way with it. */
const STEP = 1.25;

interface Evidence {
  /** Whether `from to from` occurs. */
  readonly returns: (from: string, to: string) => boolean;
  /** Weight of a way, as a share of the most frequent one out of `from` or into `to`, whichever is more. */
  readonly share: (from: string, to: string) => number;
}

function divide(whole: Part, evidence: Evidence): Block {
  const { nodes, edges, starts, ends } = whole;
  const [first = ''] = nodes;
  if (nodes.length === 1) {
    const key: Block = { kind: 'key', key: first };
    return edges.get(first)?.has(first) ? { kind: 'loop', body: key, again: null } : key;
  }
  const inner = (keys: readonly string[]): Block => divide(part(keys, edges, starts, ends), evidence);

  const apart = components(nodes, (a, b) => edges.get(a)?.has(b) || edges.get(b)?.has(a) || false);
  if (apart.length > 1) return { kind: 'branch', blocks: apart.map(inner) };

  const line = sequenceCut(whole);
  if (line)
    return nest(
      line.parts.map((piece) => divide(piece, evidence)),
      line.skips,
    );

  const together = concurrentCut(whole, evidence.returns);
  if (together) {
    const free = together.every((keys) => keys.length === 1 && edges.get(keys[0] ?? '')?.has(keys[0] ?? ''));
    // Repeated keys in any order are any of them again and again: the simpler reading of the same.
    if (free) {
      const blocks = nodes.map((key): Block => ({ kind: 'key', key }));
      return { kind: 'loop', body: { kind: 'branch', blocks }, again: null };
    }
    return { kind: 'concurrent', blocks: together.map(inner) };
  }

  const loop = loopCut(whole);
  if (loop) {
    const ways = loop.again.map((piece) => divide(piece, evidence));
    const [only = null] = ways;
    const again: Block | null = ways.length > 1 ? { kind: 'branch', blocks: ways } : only;
    return {
      kind: 'loop',
      body: divide(loop.body, evidence),
      again: again && loop.direct ? { kind: 'optional', body: again } : again,
    };
  }
  const fewer = withoutRarest(whole, evidence.share);
  if (fewer) return divide(fewer, evidence);
  return {
    kind: 'graph',
    keys: nodes,
    starts: [...starts],
    ends: [...ends],
    edges: nodes.flatMap((from) => [...(edges.get(from) ?? [])].map((to) => [from, to] as const)),
  };
}

/**
 * Blocks in a line of which some may be skipped. Skips that nest become nested optional
 * blocks; where two overlap, each block of theirs is optional by itself.
 */
function nest(blocks: readonly Block[], skips: readonly Skip[]): Block {
  const crossing = (a: Skip, b: Skip): boolean => a.first < b.first && b.first <= a.last && a.last < b.last;
  const tidy = skips.every((a) => !skips.some((b) => crossing(a, b) || crossing(b, a)));
  const each = skips.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  const spans = tidy ? skips : [...new Set(each)].map((place) => ({ first: place, last: place }));
  const build = (from: number, to: number, inside: readonly Skip[]): Block => {
    const row: Block[] = [];
    for (let place = from; place <= to; ) {
      const widest = inside
        .filter(({ first }) => first === place)
        .reduce((most, { last }) => Math.max(most, last), place - 1);
      if (widest < place) {
        row.push(blocks[place++] as Block);
        continue;
      }
      const first = place;
      const deeper = inside.filter((skip) => skip.first >= first && skip.last <= widest);
      const body = build(
        first,
        widest,
        deeper.filter((skip) => !(skip.first === first && skip.last === widest)),
      );
      row.push(body.kind === 'optional' ? body : { kind: 'optional', body });
      place = widest + 1;
    }
    return row.length === 1 ? (row[0] as Block) : { kind: 'sequence', blocks: row };
  };
  return build(0, blocks.length - 1, spans);
}

/**
 * Successors of each key that are frequent, seen from either side: a rare key's way into a
 * frequent one is noise there. Whatever is a key's most frequent way in or out stays.
 */
function withoutNoise(follows: Succession['follows'], noise: number): Map<string, Set<string>> {
  const into = new Map<string, { from: string; weight: number }>();
  for (const [from, successors] of follows) {
    for (const [to, weight] of successors) {
      if (from !== to && weight > (into.get(to)?.weight ?? 0)) into.set(to, { from, weight });
    }
  }
  const kept = new Map<string, Set<string>>();
  for (const [from, successors] of follows) {
    const most = Math.max(0, ...successors.values());
    const frequent = ([to, weight]: readonly [string, number]): boolean =>
      weight === most || weight >= noise * Math.max(most, into.get(to)?.weight ?? 0);
    kept.set(from, new Set([...successors].filter(frequent).map(([to]) => to)));
  }
  for (const [to, { from }] of into) kept.get(from)?.add(to);
  return kept;
}

/** The part without its rarest ways from one key to another, null where none is rare. No key loses its last way in or out. */
function withoutRarest(whole: Part, share: Evidence['share']): Part | null {
  const { nodes, starts, ends } = whole;
  const edges = new Map(nodes.map((from) => [from, new Set(whole.edges.get(from))]));
  const waysIn = new Map<string, number>();
  const rare: { from: string; to: string; rarity: number }[] = [];
  for (const [from, successors] of edges) {
    for (const to of successors) {
      if (from === to) continue;
      waysIn.set(to, (waysIn.get(to) ?? 0) + 1);
      const rarity = share(from, to);
      if (rarity < RARE) rare.push({ from, to, rarity });
    }
  }
  rare.sort((a, b) => a.rarity - b.rarity);
  let limit: number | null = null;
  for (const { from, to, rarity } of rare) {
    if (limit !== null && rarity > limit) break;
    const successors = edges.get(from) ?? new Set();
    const waysOut = successors.size - (successors.has(from) ? 1 : 0);
    const last = (waysOut === 1 && !ends.has(from)) || (waysIn.get(to) === 1 && !starts.has(to));
    if (last) continue;
    limit ??= rarity * STEP;
    successors.delete(to);
    waysIn.set(to, (waysIn.get(to) ?? 0) - 1);
  }
  return limit === null ? null : { ...whole, edges };
}

function sharesOf(follows: Succession['follows']): Evidence['share'] {
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  for (const [from, successors] of follows) {
    for (const [to, weight] of successors) {
      out.set(from, Math.max(out.get(from) ?? 0, weight));
      into.set(to, Math.max(into.get(to) ?? 0, weight));
    }
  }
  return (from, to) => (follows.get(from)?.get(to) ?? 0) / Math.max(out.get(from) ?? 1, into.get(to) ?? 1);
}

function returnsOf({ follows, returns }: Succession, noise: number): Evidence['returns'] {
  return (from, to) => {
    const weight = returns.get(from)?.get(to) ?? 0;
    return weight > 0 && weight >= noise * (follows.get(from)?.get(to) ?? 0);
  };
}

/** Where no sequence is known to be over, a task ends where it cannot go on to other keys. */
function lastReached(nodes: readonly string[], edges: Edges): Set<string> {
  const reach = reached(nodes, edges);
  const goesOn = (a: string): boolean => nodes.some((b) => reach.get(a)?.has(b) && !reach.get(b)?.has(a));
  return new Set(nodes.filter((a) => !goesOn(a)));
}
