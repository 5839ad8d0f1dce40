/** What may directly follow each key. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** Keys of a task with what follows what among them, and where they are entered and left. */
export interface Part {
  readonly nodes: readonly string[];
  readonly edges: Edges;
  readonly starts: ReadonlySet<string>;
  readonly ends: ReadonlySet<string>;
}

/** Places `first` to `last` of a line that may be left out together. */
export interface Skip {
  readonly first: number;
  readonly last: number;
}

/** The keys `nodes` of a larger part. One that is never entered from outside may begin anywhere, and likewise end. */
export function part(
  nodes: readonly string[],
  edges: Edges,
  starts: ReadonlySet<string>,
  ends: ReadonlySet<string>,
): Part {
  const own = new Set(nodes);
  const among = (keys: ReadonlySet<string>): Set<string> => new Set(nodes.filter((key) => keys.has(key)));
  const [first, last] = [among(starts), among(ends)];
  return {
    nodes,
    edges: new Map(nodes.map((key) => [key, new Set([...(edges.get(key) ?? [])].filter((to) => own.has(to)))])),
    starts: first.size > 0 ? first : own,
    ends: last.size > 0 ? last : own,
  };
}

/** Groups of nodes that hang together. */
export function components(nodes: readonly string[], linked: (a: string, b: string) => boolean): string[][] {
  const groups: string[][] = [];
  const left = new Set(nodes);
  for (const node of nodes) {
    if (!left.delete(node)) continue;
    const group = [node];
    for (const a of group) {
      for (const b of left) {
        if (!linked(a, b)) continue;
        left.delete(b);
        group.push(b);
      }
    }
    const members = new Set(group);
    groups.push(nodes.filter((key) => members.has(key)));
  }
  return groups;
}

/** What can come after each key, directly or later. */
export function reached(nodes: readonly string[], edges: Edges): Map<string, Set<string>> {
  return new Map(
    nodes.map((node) => {
      const found = new Set<string>(edges.get(node));
      for (const key of found) for (const to of edges.get(key) ?? []) found.add(to);
      return [node, found];
    }),
  );
}

/** Parts that follow each other, and which of them may be skipped; null where there is one alone. */
export function sequenceCut({ nodes, edges, starts, ends }: Part): { parts: Part[]; skips: Skip[] } | null {
  const reach = reached(nodes, edges);
  const after = (a: string, b: string): boolean => reach.get(a)?.has(b) ?? false;
  const groups = components(nodes, (a, b) => after(a, b) === after(b, a));
  if (groups.length < 2) return null;
  groups.sort(([a = ''], [b = '']) => (after(a, b) ? -1 : 1));
  const placeOf = new Map(groups.flatMap((group, place) => group.map((key) => [key, place] as const)));
  const place = (key: string): number => placeOf.get(key) ?? -1;

  const entries = new Set(starts);
  const exits = new Set(ends);
  const jumps: (readonly [from: number, to: number])[] = [
    ...[...starts].map((key) => [-1, place(key)] as const),
    ...[...ends].map((key) => [place(key), groups.length] as const),
  ];
  for (const from of nodes) {
    for (const to of edges.get(from) ?? []) {
      if (place(from) === place(to)) continue;
      jumps.push([place(from), place(to)]);
      entries.add(to);
      exits.add(from);
    }
  }
  const spans = new Map(
    jumps
      .filter(([from, to]) => to > from + 1)
      .map(([from, to]) => [`${from} ${to}`, { first: from + 1, last: to - 1 }]),
  );
  return { parts: groups.map((group) => part(group, edges, entries, exits)), skips: [...spans.values()] };
}

/**
 * Groups of keys that interleave: every key of one is followed by every key of another and
 * the other way round. Two keys of which one comes back right after the other take turns.
 *
 * @param returns whether `a b a` occurs
 */
export function concurrentCut(
  { nodes, edges, starts, ends }: Part,
  returns: (a: string, b: string) => boolean,
): string[][] | null {
  const follows = (a: string, b: string): boolean => edges.get(a)?.has(b) ?? false;
  const turns = (a: string, b: string): boolean => returns(a, b) && !follows(a, a);
  const groups = components(nodes, (a, b) => !(follows(a, b) && follows(b, a)) || turns(a, b) || turns(b, a));
  const whole = (keys: readonly string[]): boolean =>
    keys.some((key) => starts.has(key)) && keys.some((key) => ends.has(key));
  const complete = groups.filter(whole);
  const rest = groups.filter((keys) => !whole(keys)).flat();
  if (complete.length < 2) return null;
  const [first = [], ...others] = complete;
  return [[...first, ...rest], ...others];
}

/**
 * A body that repeats, and the parts that lead from its end back to its start.
 * `direct`: the start also follows the end directly. Null where nothing repeats.
 */
export function loopCut({ nodes, edges, starts, ends }: Part): { body: Part; again: Part[]; direct: boolean } | null {
  const follows = (a: string, b: string): boolean => edges.get(a)?.has(b) ?? false;
  const inner = nodes.filter((key) => !starts.has(key) && !ends.has(key));
  const isWayBack = (keys: readonly string[]): boolean => {
    const outside = nodes.filter((key) => !keys.includes(key) && !inner.includes(key));
    const into = outside.filter((from) => keys.some((key) => follows(from, key)));
    const out = outside.filter((to) => keys.some((key) => follows(key, to)));
    return (
      into.length > 0 && out.length > 0 && into.every((key) => ends.has(key)) && out.every((key) => starts.has(key))
    );
  };
  const back = components(inner, (a, b) => follows(a, b) || follows(b, a)).filter(isWayBack);
  const away = new Set(back.flat());
  const kept = nodes.filter((key) => !away.has(key));
  const direct = kept.some((from) => ends.has(from) && kept.some((to) => starts.has(to) && follows(from, to)));
  if (back.length === 0 && !direct) return null;
  const forward = new Map(
    kept.map((from) => [
      from,
      new Set([...(edges.get(from) ?? [])].filter((to) => !(ends.has(from) && starts.has(to)))),
    ]),
  );
  const entries = new Set([...ends].flatMap((key) => [...(edges.get(key) ?? [])]));
  const exits = new Set(nodes.filter((key) => [...starts].some((start) => follows(key, start))));
  return {
    body: part(kept, forward, starts, ends),
    again: back.map((keys) => part(keys, edges, entries, exits)),
    direct,
  };
}
