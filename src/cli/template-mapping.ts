import type { TemplateMapping } from '../pipeline/index.ts';
import { round } from './results.ts';
import { count, plural, table } from './text.ts';

const SHOWN = 50;

/** What became of the templates of a log, as a table; those that the model learned come last. */
export function mappingTable(templates: readonly TemplateMapping[], width: number): string {
  const shown = templates.slice(0, SHOWN);
  const of = (wanted: TemplateMapping['state']): number => templates.filter(({ state }) => state === wanted).length;
  const head = `${plural(templates.length, 'template')} of this log: ${count(of('known'))} known to the model, ${count(of('mapped'))} mapped to one it knows, ${count(of('new'))} new`;
  const rows = table(
    shown,
    [
      { title: 'state', cell: ({ state }) => state },
      { title: 'events', cell: ({ events }) => count(events), align: 'right' },
      { title: 'similarity', cell: ({ similarity }) => similarity.toFixed(2), align: 'right' },
      { title: 'template', cell: ({ text }) => text },
      {
        title: 'learned',
        cell: ({ state, text, learned = '' }) => (state === 'known' && learned === text ? '=' : learned),
      },
    ],
    width,
  );
  const rest = shown.length < templates.length ? `The first ${SHOWN}; all with --json.\n` : '';
  return `${head}\n\n${rows}${rest}\n`;
}

/** One `template` line. */
export function mappingJson({ similarity, learned, ...mapping }: TemplateMapping): object {
  return { type: 'template', ...mapping, learned: learned ?? null, similarity: round(similarity) };
}

/** Events by what became of their templates, for the summary. */
export function mappingCounts(templates: readonly TemplateMapping[]): Record<TemplateMapping['state'], number> {
  const counts = { known: 0, mapped: 0, new: 0 };
  for (const { state, events } of templates) counts[state] += events;
  return counts;
}
