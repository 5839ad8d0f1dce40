import { MAX_NODES } from './drain-options.ts';
import { MAX_TOKENS } from './masks.ts';
import type { Scanner } from './scanner.ts';
import { type TokenText, WILDCARD } from './token-text.ts';

/**
 * The inner nodes of Drain's tree, by number: node n up to `MAX_TOKENS` stands for all
 * messages of n tokens, further nodes are made as tokens come. A shape's way through
 * the tree never changes: a child is made at once while there is room, and where there
 * is none there will never be.
 */
export interface DrainTree {
  /** The node that the scanned message of `tokens` tokens leads to; made if need be. */
  route(tokens: number, bytes: Uint8Array): number;
  /** The same, but -1 where the node does not exist. */
  find(tokens: number): number;
  /** How many nodes there are; nodes are numbered from 0. */
  readonly size: number;
  /** Parent and token of every node beyond the lengths, in the order of their making. */
  nodes(): (readonly [parent: number, token: TokenText])[];
  /** Makes a node again. */
  restore(parent: number, token: TokenText): void;
}

/** A tree without inner nodes, over what a scanner finds. */
export function createDrainTree(scanner: Scanner, leading: number, maxChildren: number): DrainTree {
  const { hashes } = scanner;
  const made: (readonly [number, TokenText])[] = [];
  let children = new Int32Array(1024);
  let wildcards = new Int32Array(1024);
  /** Open addressing, four numbers each: parent + 1, the token's hash, child. */
  let table = new Int32Array(4 * 1024);
  const first = MAX_TOKENS + 1;

  const slotOf = (parent: number, a: number, b: number): number => {
    const mask = table.length / 4 - 1;
    let slot = (Math.imul(parent, 0x9e3779b1) ^ a ^ (b >>> 7)) & mask;
    for (;;) {
      const at = slot * 4;
      if (table[at] === 0 || (table[at] === parent + 1 && table[at + 1] === a && table[at + 2] === b)) return at;
      slot = (slot + 1) & mask;
    }
  };

  const add = (parent: number, token: TokenText, a: number, b: number): number => {
    const node = first + made.length;
    made.push([parent, token]);
    if (node >= children.length) {
      children = doubled(children);
      wildcards = doubled(wildcards);
    }
    if (token === WILDCARD) {
      wildcards[parent] = node;
      return node;
    }
    children[parent] = children[parent]! + 1;
    if (made.length * 8 > table.length) grow();
    put(parent, a, b, node);
    return node;
  };

  const put = (parent: number, a: number, b: number, node: number): void => {
    const at = slotOf(parent, a, b);
    table[at] = parent + 1;
    table[at + 1] = a;
    table[at + 2] = b;
    table[at + 3] = node;
  };

  const grow = (): void => {
    const old = table;
    table = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at] !== 0) put(old[at]! - 1, old[at + 1]!, old[at + 2]!, old[at + 3]!);
    }
  };

  return {
    route: (tokens, bytes) => {
      let node = tokens;
      const depth = Math.min(leading, tokens);
      for (let i = 0; i < depth; i++) {
        let next = 0;
        let own = false;
        if (!scanner.isVariable(i)) {
          next = table[slotOf(node, hashes[2 * i]!, hashes[2 * i + 1]!) + 3]!;
          own = next !== 0 || (children[node]! < maxChildren && made.length < MAX_NODES);
        }
        if (!own) next = wildcards[node]!;
        node =
          next !== 0 ? next : add(node, own ? scanner.textOf(bytes, i) : WILDCARD, hashes[2 * i]!, hashes[2 * i + 1]!);
      }
      return node;
    },
    find: (tokens) => {
      let node = tokens;
      const depth = Math.min(leading, tokens);
      for (let i = 0; i < depth; i++) {
        let next = 0;
        if (!scanner.isVariable(i)) {
          next = table[slotOf(node, hashes[2 * i]!, hashes[2 * i + 1]!) + 3]!;
          if (next === 0 && children[node]! < maxChildren && made.length < MAX_NODES) return -1;
        }
        if (next === 0) next = wildcards[node]!;
        if (next === 0) return -1;
        node = next;
      }
      return node;
    },
    get size() {
      return first + made.length;
    },
    nodes: () => [...made],
    restore: (parent, token) => {
      const [a, b] = scanner.hashesOf(token);
      add(parent, token, a, b);
    },
  };
}

// --- internal ---

function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2);
  to.set(from);
  return to;
}
