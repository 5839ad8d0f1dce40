import { type DrainOptions, drainOptions, MAX_NODES } from './drain-options.ts';
import { isVariable, isWord, type TokenText, tokenOf, WILDCARD } from './token-text.ts';
import { createReferenceTokenizer } from './tokens.reference.ts';

/**
 * Drain as its paper tells it (He et al., "Drain: An Online Log Parsing Approach with
 * Fixed Depth Tree", ICWS 2017), over strings, the slow and obvious way: the oracle of
 * `drain.ts`. A tree whose first level is the number of tokens and whose next
 * `depth - 2` levels are the leading tokens leads to a list of clusters; a message joins
 * the one with the most equal tokens, or founds one.
 */
export interface ReferenceDrain {
  /** Learns a message; returns the number of its cluster. */
  learn(message: Uint8Array): number;
  /** Number of the cluster it would join, or -1. */
  match(message: Uint8Array): number;
  /** Tokens of a cluster; `undefined` when it was evicted. */
  tokensOf(number: number): readonly TokenText[] | undefined;
  /** Places of a cluster where a word of a text gave way to another. */
  wordsOf(number: number): ReadonlySet<number>;
}

/** An empty reference parser. */
export function createReferenceDrain(options: Partial<DrainOptions> = {}): ReferenceDrain {
  const { depth, simThreshold, maxChildren, maxClusters, protectedWords, delimiters, masks } = drainOptions(options);
  const guarded = new Set(protectedWords.map(tokenOf));
  const tokenize = createReferenceTokenizer(masks, delimiters);
  const root = new Map<string, Node>();
  /** Clusters by number, the least recently used first. */
  const clusters = new Map<number, Cluster>();
  let created = 0;
  let nodes = 0;

  const leafOf = (tokens: readonly TokenText[], create: boolean): Node | undefined => {
    let node = childOf(root, String(tokens.length), create);
    for (const token of tokens.slice(0, depth - 2)) {
      if (!node) return undefined;
      let key = isVariable(token) ? WILDCARD : token;
      const own = [...node.children.keys()].filter((child) => child !== WILDCARD).length;
      if (!node.children.has(key) && (own >= maxChildren || nodes >= MAX_NODES)) key = WILDCARD;
      if (create && !node.children.has(key)) nodes++;
      node = childOf(node.children, key, create);
    }
    return node;
  };

  const best = (leaf: Node, tokens: readonly TokenText[]): Cluster | undefined => {
    let found: { cluster: Cluster; similarity: number; wildcards: number } | undefined;
    for (const cluster of leaf.clusters) {
      const hides = cluster.tokens.some(
        (token, i) => token !== tokens[i] && [token, tokens[i] ?? ''].some((each) => guarded.has(each)),
      );
      if (hides) continue;
      const equal = cluster.tokens.filter((token, i) => token !== WILDCARD && token === tokens[i]).length;
      const wildcards = cluster.tokens.filter((token) => token === WILDCARD).length;
      const similarity = tokens.length === 0 ? 1 : equal / tokens.length;
      const better =
        !found || similarity > found.similarity || (similarity === found.similarity && wildcards > found.wildcards);
      if (better) found = { cluster, similarity, wildcards };
    }
    return found && found.similarity >= simThreshold ? found.cluster : undefined;
  };

  return {
    learn: (message) => {
      const tokens = tokenize(message);
      const leaf = leafOf(tokens, true);
      if (!leaf) throw new RangeError('a leaf that was to be made is missing');
      let cluster = best(leaf, tokens);
      if (cluster) {
        cluster.tokens.forEach((token, i) => {
          const other = tokens[i] ?? WILDCARD;
          if (token !== other && isWord(token) && isWord(other)) cluster?.words.add(i);
        });
        cluster.tokens = cluster.tokens.map((token, i) => (token === tokens[i] ? token : WILDCARD));
        clusters.delete(cluster.number);
      } else {
        if (clusters.size >= maxClusters) evictOldest(clusters);
        cluster = { number: created++, tokens, words: new Set(), leaf };
        leaf.clusters.push(cluster);
      }
      clusters.set(cluster.number, cluster);
      return cluster.number;
    },
    match: (message) => {
      const tokens = tokenize(message);
      const leaf = leafOf(tokens, false);
      return (leaf && best(leaf, tokens)?.number) ?? -1;
    },
    tokensOf: (number) => clusters.get(number)?.tokens,
    wordsOf: (number) => clusters.get(number)?.words ?? new Set(),
  };
}

// --- internal ---

interface Node {
  readonly children: Map<string, Node>;
  readonly clusters: Cluster[];
}

interface Cluster {
  readonly number: number;
  tokens: readonly TokenText[];
  readonly words: Set<number>;
  readonly leaf: Node;
}

function childOf(children: Map<string, Node>, key: string, create: boolean): Node | undefined {
  const child = children.get(key);
  if (child || !create) return child;
  const made: Node = { children: new Map(), clusters: [] };
  children.set(key, made);
  return made;
}

function evictOldest(clusters: Map<number, Cluster>): void {
  for (const [number, { leaf }] of clusters) {
    clusters.delete(number);
    leaf.clusters.splice(
      leaf.clusters.findIndex((cluster) => cluster.number === number),
      1,
    );
    return;
  }
}
