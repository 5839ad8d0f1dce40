import type { Block } from '../models/index.ts';
import { neutral } from './text.ts';

/**
 * A workflow as an indented outline for a terminal, one key a line, each block under what
 * it means.
 *
 * @param textOf text of a key, such as its template
 */
export function workflowText(workflow: Block, textOf: (key: string) => string): string {
  return `${outline(workflow, textOf)
    .map((line) => neutral(line))
    .join('\n')}\n`;
}

// --- internal ---

const TITLES = { branch: 'one of:', concurrent: 'side by side, in any order:' } as const;

function outline(block: Block, textOf: (key: string) => string): string[] {
  const inside = (part: Block): string[] => outline(part, textOf).map((line) => `  ${line}`);
  switch (block.kind) {
    case 'key':
      return [textOf(block.key)];
    case 'sequence':
      return block.blocks.flatMap((part) => outline(part, textOf));
    case 'branch':
    case 'concurrent':
      return [TITLES[block.kind], ...block.blocks.flatMap((part) => bullets(inside(part)))];
    case 'optional':
      return ['perhaps:', ...inside(block.body)];
    case 'loop': {
      const again =
        block.again === null ? [] : ['  and again after:', ...inside(block.again).map((line) => `  ${line}`)];
      return ['once or more:', ...inside(block.body), ...again];
    }
    case 'graph':
      return ['in no order that a block describes:', ...block.keys.map((key) => `  ${step(block, key, textOf)}`)];
  }
}

/** The first line of a part is marked, so that one sees where the next one begins. */
function bullets([first = '', ...rest]: readonly string[]): string[] {
  return [`- ${first.trimStart()}`, ...rest];
}

function step(
  { edges, ends }: Extract<Block, { kind: 'graph' }>,
  key: string,
  textOf: (key: string) => string,
): string {
  const next = edges.filter(([from]) => from === key).map(([, to]) => textOf(to));
  const after = [...next, ...(ends.includes(key) ? ['what follows'] : [])];
  return `${textOf(key)}, then ${after.join(' or ') || 'nothing'}`;
}
