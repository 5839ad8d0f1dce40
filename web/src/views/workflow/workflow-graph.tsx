import { navigate } from '../../app/place.ts';
import { visibleText } from '../../ui/visible-text.ts';
import type { Layout, PlacedNode } from './layout.ts';

/** A workflow as a drawing. What a run took is strong, the rest stays faint. */
export function WorkflowGraph(props: {
  readonly layout: Layout;
  readonly taken: ReadonlySet<string> | null;
  readonly leftAt: string | null;
}) {
  const { layout, taken, leftAt } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className="workflow-scroll" aria-label="Workflow" tabIndex={0}>
      <svg
        width={layout.width}
        height={layout.height}
        role="img"
        aria-label={`A workflow of ${layout.nodes.length} steps`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0,0 L8,4 L0,8 z" className="wf-arrow" />
          </marker>
        </defs>
        {layout.edges.map(({ from, to, kind, path }) => (
          <path
            key={`${from} ${to} ${kind}`}
            d={path}
            markerEnd="url(#arrow)"
            className={`wf-edge wf-edge-${kind} ${taken?.has(from) && taken.has(to) ? 'wf-edge-taken' : ''}`}
          />
        ))}
        {layout.nodes.map((node) => (
          <Node key={node.id} node={node} state={node.id === leftAt ? 'left' : taken?.has(node.id) ? 'taken' : ''} />
        ))}
      </svg>
    </section>
  );
}

// --- internal ---

const SIGNS = { begin: '▶', end: '■', branch: '×', merge: '', fork: '+', join: '', key: '' };
const LINE = 23;

function Node({ node, state }: { readonly node: PlacedNode; readonly state: string }) {
  const { x, y, width, height, kind, key } = node;
  const className = `wf-node wf-${kind} ${state === '' ? '' : `wf-${state}`}`;
  if (kind !== 'key') {
    const r = kind === 'merge' || kind === 'join' ? 8 : width / 2;
    const round = kind === 'begin' || kind === 'end';
    return (
      <g className={className}>
        {round ? (
          <circle cx={x} cy={y} r={r} />
        ) : (
          <path d={`M${x - r},${y} L${x},${y - r} L${x + r},${y} L${x},${y + r} z`} />
        )}
        <text x={x} y={y + 4} textAnchor="middle">
          {SIGNS[kind]}
        </text>
      </g>
    );
  }
  const text = visibleText(node.text ?? key ?? '');
  const [first, rest] = twoLines(text);
  const open = (): void => navigate(`/templates?template=${encodeURIComponent(key ?? '')}`);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; Templates has the same by keyboard
    <g className={className} onClick={open}>
      <title>{text}</title>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx="4" />
      <text x={x - width / 2 + 8} y={y + (rest === '' ? 4 : -3)}>
        {first}
      </text>
      {rest !== '' && (
        <text x={x - width / 2 + 8} y={y + 12}>
          {rest}
        </text>
      )}
    </g>
  );
}

/** The beginning of a text on two lines, cut between words where there is one near. */
function twoLines(text: string): readonly [string, string] {
  if (text.length <= LINE) return [text, ''];
  const blank = text.lastIndexOf(' ', LINE);
  const cut = blank > LINE / 2 ? blank : LINE;
  const rest = text.slice(cut).trimStart();
  return [text.slice(0, cut), rest.length > LINE ? `${rest.slice(0, LINE - 1)}…` : rest];
}
