import type { Block } from './workflow.ts';

/**
 * What is left of a workflow, as an expression. Equal ones are one object, so that what was
 * found out of it once is known.
 */
export type Rest = {
  readonly id: number;
  /** Whether the task may end here. */
  readonly mayEnd: boolean;
  /** Keys that may come next. */
  readonly first: readonly string[];
  /** What is left after each key that was asked for. */
  readonly after: Map<string, readonly Rest[]>;
} & Shape;

/** Expressions of one workflow. */
export interface Rests {
  of(block: Block): Rest;
  /**
   * All that can be left after a key: derivatives (Brzozowski, "Derivatives of regular
   * expressions", Journal of the ACM 11, 1964), here with interleaving.
   */
  after(rest: Rest, key: string): readonly Rest[];
  /** How many there are. */
  created(): number;
}

/** A table of expressions, empty. */
export function createRests(): Rests {
  const table = new Map<string, Rest>();
  const make = (name: string, shape: Shape, mayEnd: boolean, first: () => readonly string[]): Rest => {
    const known = table.get(name);
    if (known) return known;
    const rest: Rest = { ...shape, id: table.size, mayEnd, first: [...new Set(first())], after: new Map() };
    table.set(name, rest);
    return rest;
  };
  const done = make('.', { kind: 'done' }, true, () => []);
  const keyOf = (key: string): Rest => make(JSON.stringify(key), { kind: 'key', key }, false, () => [key]);
  const then = (first: Rest, last: Rest): Rest => {
    if (first === done) return last;
    if (last === done) return first;
    return make(`${first.id},${last.id}`, { kind: 'then', begin: first, last }, first.mayEnd && last.mayEnd, () =>
      first.mayEnd ? [...first.first, ...last.first] : first.first,
    );
  };
  const either = (ways: readonly Rest[]): Rest =>
    make(
      ways.map(({ id }) => id).join('|'),
      { kind: 'either', ways },
      ways.some(({ mayEnd }) => mayEnd),
      () => ways.flatMap(({ first }) => first),
    );
  const both = (all: readonly Rest[]): Rest => {
    const parts = all.filter((part) => part !== done);
    const [only = done] = parts;
    if (parts.length < 2) return only;
    return make(
      parts.map(({ id }) => id).join('&'),
      { kind: 'both', parts },
      parts.every(({ mayEnd }) => mayEnd),
      () => parts.flatMap(({ first }) => first),
    );
  };
  const repeat = (body: Rest): Rest => make(`${body.id}*`, { kind: 'repeat', body }, true, () => body.first);
  // A graph is known by its first key, for every key stands in one place.
  const inGraph = (graph: Graph, at: string | null): Rest =>
    make(
      `[${JSON.stringify(graph.keys[0])} ${JSON.stringify(at)}]`,
      { kind: 'graph', graph, at },
      at !== null && graph.ends.includes(at),
      () => nextIn(graph, at),
    );

  const of = (block: Block): Rest => {
    switch (block.kind) {
      case 'key':
        return keyOf(block.key);
      case 'sequence':
        return block.blocks.map(of).reduceRight((last, first) => then(first, last), done);
      case 'branch':
        return either(block.blocks.map(of));
      case 'concurrent':
        return both(block.blocks.map(of));
      case 'optional':
        return either([of(block.body), done]);
      case 'loop': {
        const body = of(block.body);
        return then(body, repeat(block.again ? then(of(block.again), body) : body));
      }
      case 'graph':
        return inGraph(block, null);
    }
  };

  const derive = (rest: Rest, key: string): Rest[] => {
    switch (rest.kind) {
      case 'done':
        return [];
      case 'key':
        return rest.key === key ? [done] : [];
      case 'then': {
        const within = after(rest.begin, key).map((left) => then(left, rest.last));
        return rest.begin.mayEnd ? [...within, ...after(rest.last, key)] : within;
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
  };
  const after = (rest: Rest, key: string): readonly Rest[] => {
    let found = rest.after.get(key);
    if (found === undefined) {
      found = [...new Set(derive(rest, key))].slice(0, MOST_WAYS);
      rest.after.set(key, found);
    }
    return found;
  };
  return { of, after, created: () => table.size };
}

// --- internal ---

type Graph = Extract<Block, { kind: 'graph' }>;

type Shape =
  | { readonly kind: 'done' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'then'; readonly begin: Rest; readonly last: Rest }
  | { readonly kind: 'either'; readonly ways: readonly Rest[] }
  | { readonly kind: 'both'; readonly parts: readonly Rest[] }
  | { readonly kind: 'repeat'; readonly body: Rest }
  | { readonly kind: 'graph'; readonly graph: Graph; readonly at: string | null };

/** Ways that one expression may go on after a key, at most. */
const MOST_WAYS = 200;

function nextIn({ starts, edges }: Graph, at: string | null): readonly string[] {
  return at === null ? starts : edges.filter(([from]) => from === at).map(([, to]) => to);
}
