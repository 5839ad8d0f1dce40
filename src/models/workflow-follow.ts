import type { Block } from './workflow.ts';

/** Where a run left the workflow. */
export interface Departure {
  /** Position in the run; its length where the run ended too early. */
  readonly position: number;
  /** The key that has no place there, `$` for an end that comes too early. */
  readonly key: string;
  /** Keys that could have come instead, `$` where the task could have ended. */
  readonly expected: readonly string[];
}

/**
 * Follows a run through a workflow: where it first leaves it, and what was expected there.
 * All ways through the workflow are followed at once, so that a choice that turns out wrong
 * later is no departure. At most 1,000 ways are kept, the first ones; the keys of a
 * workflow stand in one place each, so that few are ever open.
 *
 * @param closed whether the run is over, so that an end too early is a departure as well
 * @returns null for a run that is a way through the workflow, or can become one
 * @example
 * findDeparture(workflow, ['open', 'close', 'read'], true);
 * // { position: 1, key: 'close', expected: ['read', 'write'] }
 */
export function findDeparture(workflow: Block, keys: readonly string[], closed: boolean): Departure | null {
  let ways: Rest[] = [restOf(workflow)];
  for (const [position, key] of keys.entries()) {
    const next = new Map(ways.flatMap((way) => after(way, key)).map((way) => [way.text, way]));
    if (next.size === 0) return { position, key, expected: expectedOf(ways) };
    ways = [...next.values()].slice(0, MOST_WAYS);
  }
  if (!closed || ways.some(mayEnd)) return null;
  return { position: keys.length, key: '$', expected: expectedOf(ways) };
}

// --- internal ---

const MOST_WAYS = 1000;

/**
 * What is left of a workflow, as an expression: after a key comes its derivative (Brzozowski,
 * "Derivatives of regular expressions", Journal of the ACM 11, 1964), here with interleaving.
 * Equal texts are equal expressions.
 */
type Rest = { readonly text: string } & (
  | { readonly kind: 'done' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'then'; readonly first: Rest; readonly last: Rest }
  | { readonly kind: 'either'; readonly ways: readonly Rest[] }
  | { readonly kind: 'both'; readonly parts: readonly Rest[] }
  | { readonly kind: 'repeat'; readonly body: Rest }
  | { readonly kind: 'graph'; readonly graph: Graph; readonly at: string | null }
);

type Graph = Extract<Block, { kind: 'graph' }>;

const DONE: Rest = { kind: 'done', text: '.' };

function restOf(block: Block): Rest {
  switch (block.kind) {
    case 'key':
      return { kind: 'key', key: block.key, text: JSON.stringify(block.key) };
    case 'sequence':
      return block.blocks.map(restOf).reduceRight((last, first) => then(first, last), DONE);
    case 'branch':
      return either(block.blocks.map(restOf));
    case 'concurrent':
      return both(block.blocks.map(restOf));
    case 'optional':
      return either([restOf(block.body), DONE]);
    case 'loop': {
      const body = restOf(block.body);
      const round = block.again ? then(restOf(block.again), body) : body;
      return then(body, { kind: 'repeat', body: round, text: `${round.text}*` });
    }
    case 'graph':
      return inGraph(block, null);
  }
}

function then(first: Rest, last: Rest): Rest {
  if (first.kind === 'done') return last;
  if (last.kind === 'done') return first;
  return { kind: 'then', first, last, text: `(${first.text},${last.text})` };
}

function either(ways: readonly Rest[]): Rest {
  return { kind: 'either', ways, text: `(${ways.map(({ text }) => text).join('|')})` };
}

function both(parts: readonly Rest[]): Rest {
  const open = parts.filter(({ kind }) => kind !== 'done');
  const [only = DONE] = open;
  if (open.length < 2) return only;
  return { kind: 'both', parts: open, text: `(${open.map(({ text }) => text).join('&')})` };
}

/** A graph is known by its first key, for every key stands in one place. */
function inGraph(graph: Graph, at: string | null): Rest {
  return { kind: 'graph', graph, at, text: `[${JSON.stringify(at)} of ${JSON.stringify(graph.keys[0])}]` };
}

/** All that can be left after `key`. */
function after(rest: Rest, key: string): Rest[] {
  switch (rest.kind) {
    case 'done':
      return [];
    case 'key':
      return rest.key === key ? [DONE] : [];
    case 'then': {
      const within = after(rest.first, key).map((left) => then(left, rest.last));
      return mayEnd(rest.first) ? [...within, ...after(rest.last, key)] : within;
    }
    case 'either':
      return rest.ways.flatMap((way) => after(way, key));
    case 'both':
      return rest.parts.flatMap((part, i) =>
        after(part, key).map((left) => both(rest.parts.map((other, j) => (i === j ? left : other)))),
      );
    case 'repeat':
      return after(rest.body, key).map((left) => then(left, rest));
    case 'graph':
      return nextIn(rest.graph, rest.at).includes(key) ? [inGraph(rest.graph, key)] : [];
  }
}

function mayEnd(rest: Rest): boolean {
  switch (rest.kind) {
    case 'done':
    case 'repeat':
      return true;
    case 'key':
      return false;
    case 'then':
      return mayEnd(rest.first) && mayEnd(rest.last);
    case 'either':
      return rest.ways.some(mayEnd);
    case 'both':
      return rest.parts.every(mayEnd);
    case 'graph':
      return rest.at !== null && rest.graph.ends.includes(rest.at);
  }
}

function expectedOf(ways: readonly Rest[]): string[] {
  return [...new Set([...ways.flatMap(firstKeys), ...(ways.some(mayEnd) ? ['$'] : [])])];
}

function firstKeys(rest: Rest): readonly string[] {
  switch (rest.kind) {
    case 'done':
      return [];
    case 'key':
      return [rest.key];
    case 'then':
      return mayEnd(rest.first) ? [...firstKeys(rest.first), ...firstKeys(rest.last)] : firstKeys(rest.first);
    case 'either':
      return rest.ways.flatMap(firstKeys);
    case 'both':
      return rest.parts.flatMap(firstKeys);
    case 'repeat':
      return firstKeys(rest.body);
    case 'graph':
      return nextIn(rest.graph, rest.at);
  }
}

function nextIn({ starts, edges }: Graph, at: string | null): readonly string[] {
  return at === null ? starts : edges.filter(([from]) => from === at).map(([, to]) => to);
}
