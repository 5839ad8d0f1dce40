import type { Block } from './workflow.ts';

/** Formats of `exportWorkflow`. */
export const WORKFLOW_FORMATS = ['json', 'mermaid', 'dot'] as const;

/** One of `WORKFLOW_FORMATS`. */
export type WorkflowFormat = (typeof WORKFLOW_FORMATS)[number];

/** A workflow as a drawing: an automaton whose nodes are keys and gateways. */
export interface WorkflowDiagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** `branch` and `merge` are the two ends of a choice, `fork` and `join` of what runs concurrently. */
export interface DiagramNode {
  readonly id: string;
  readonly kind: 'begin' | 'end' | 'key' | 'branch' | 'merge' | 'fork' | 'join';
  /** Key, for a node that is one. */
  readonly key: string | null;
}

/** `again` leads back in a loop, `skip` past what is optional. */
export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'again' | 'skip';
}

/**
 * A workflow as text: JSON with the blocks and the automaton, a Mermaid flowchart, or a
 * Graphviz digraph.
 *
 * @param textOf text of a key, such as its template; the key itself unless told
 */
export function exportWorkflow(
  workflow: Block,
  format: WorkflowFormat,
  textOf: (key: string) => string = (key) => key,
): string {
  const diagram = drawWorkflow(workflow);
  const texts = (node: DiagramNode): string => (node.key === null ? '' : shown(textOf(node.key)));
  if (format === 'json') {
    const nodes = diagram.nodes.map((node) => (node.key === null ? node : { ...node, text: textOf(node.key) }));
    return `${JSON.stringify({ type: 'workflow', blocks: workflow, nodes, edges: diagram.edges })}\n`;
  }
  return format === 'mermaid' ? mermaid(diagram, texts) : dot(diagram, texts);
}

/** The automaton of a workflow. */
export function drawWorkflow(workflow: Block): WorkflowDiagram {
  const nodes: DiagramNode[] = [];
  const edges: DiagramEdge[] = [];
  const add = (kind: DiagramNode['kind'], key: string | null = null): string => {
    const id = `n${nodes.length}`;
    nodes.push({ id, kind, key });
    return id;
  };
  const link = (from: string, to: string, kind: DiagramEdge['kind'] = 'next'): void =>
    void edges.push({ from, to, kind });
  const between = (open: 'branch' | 'fork', close: 'merge' | 'join', blocks: readonly Block[]): Ends => {
    const from = add(open);
    const parts = blocks.map(draw);
    const to = add(close);
    for (const { first, last } of parts) {
      link(from, first);
      link(last, to);
    }
    return { first: from, last: to };
  };
  const draw = (block: Block): Ends => {
    switch (block.kind) {
      case 'key': {
        const id = add('key', block.key);
        return { first: id, last: id };
      }
      case 'sequence': {
        const parts = block.blocks.map(draw);
        parts.slice(1).forEach(({ first }, i) => {
          link(parts[i]?.last ?? '', first);
        });
        return { first: parts[0]?.first ?? '', last: parts.at(-1)?.last ?? '' };
      }
      case 'branch':
        return between('branch', 'merge', block.blocks);
      case 'concurrent':
        return between('fork', 'join', block.blocks);
      case 'optional': {
        const ends = between('branch', 'merge', [block.body]);
        link(ends.first, ends.last, 'skip');
        return ends;
      }
      case 'loop': {
        const body = draw(block.body);
        if (block.again === null) {
          link(body.last, body.first, 'again');
          return body;
        }
        const again = draw(block.again);
        link(body.last, again.first, 'again');
        link(again.last, body.first, 'again');
        return body;
      }
      case 'graph': {
        const first = add('branch');
        const ids = new Map(block.keys.map((key) => [key, add('key', key)]));
        const last = add('merge');
        for (const key of block.starts) link(first, ids.get(key) ?? '');
        for (const [from, to] of block.edges) link(ids.get(from) ?? '', ids.get(to) ?? '');
        for (const key of block.ends) link(ids.get(key) ?? '', last);
        return { first, last };
      }
    }
  };
  const begin = add('begin');
  const { first, last } = draw(workflow);
  const end = add('end');
  link(begin, first);
  link(last, end);
  return { nodes, edges };
}

// --- internal ---

/** Where a block is entered and left. */
interface Ends {
  readonly first: string;
  readonly last: string;
}

function mermaid({ nodes, edges }: WorkflowDiagram, textOf: (node: DiagramNode) => string): string {
  const shapes: Readonly<Record<DiagramNode['kind'], (text: string) => string>> = {
    begin: () => '(["begin"])',
    end: () => '(["end"])',
    key: (text) => `["${text.replace(/[^\p{L}\p{N} .,:;/_*-]/gu, (c) => `#${c.codePointAt(0)};`)}"]`,
    branch: () => '{"or"}',
    merge: () => '{" "}',
    fork: () => '{{"and"}}',
    join: () => '{{" "}}',
  };
  const arrows = { next: '-->', again: '-- again -->', skip: '-. skip .->' };
  return [
    'flowchart TD',
    ...nodes.map((node) => `  ${node.id}${shapes[node.kind](textOf(node))}`),
    ...edges.map(({ from, to, kind }) => `  ${from} ${arrows[kind]} ${to}`),
    '',
  ].join('\n');
}

function dot({ nodes, edges }: WorkflowDiagram, textOf: (node: DiagramNode) => string): string {
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, (c) => `\\${c}`)}"`;
  const shapes: Readonly<Record<DiagramNode['kind'], string>> = {
    begin: 'label="begin", shape=oval',
    end: 'label="end", shape=oval',
    key: 'shape=box',
    branch: 'label="or", shape=diamond',
    merge: 'label="", shape=diamond',
    fork: 'label="and", shape=hexagon',
    join: 'label="", shape=hexagon',
  };
  const styles = { next: '', again: ' [label="again"]', skip: ' [label="skip", style=dashed]' };
  return [
    'digraph workflow {',
    ...nodes.map((node) => {
      const label = node.kind === 'key' ? `label=${quoted(textOf(node))}, ` : '';
      return `  ${node.id} [${label}${shapes[node.kind]}];`;
    }),
    ...edges.map(({ from, to, kind }) => `  ${from} -> ${to}${styles[kind]};`),
    '}',
    '',
  ].join('\n');
}

/** Log text is hostile: control characters would end a line or a label. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}
