import type { ReactNode } from 'react';
import { useGet, useSources } from '../../api/queries.ts';
import type { AlertCounts, StoredTemplate, ValueCount } from '../../api/types.ts';
import { brief } from '../../app/format.ts';
import { patchSearch } from '../../app/place.ts';
import { STATUS_NAMES } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type AlertQuery, type Facet, toggleFacet } from './alert-filter.ts';

/** What there is to choose from, with how many alerts each has in this time and search. */
export function Facets({ query, ready }: { readonly query: AlertQuery; readonly ready: boolean }) {
  const counts = useGet<AlertCounts>('alerts', ready ? '/alerts/counts' : null, query.base, { keep: true });
  const { data: sources } = useSources();
  const sourceName = (id: string): string => shortPath(sources?.find((source) => String(source.id) === id)?.name ?? id);
  const of = (
    facet: Facet,
    values: Readonly<Record<string, number>>,
    names: (value: string) => string,
    order?: readonly string[],
  ) => (
    <FacetList
      title={facet === 'priority' ? 'rank' : facet}
      values={sorted(values, order)}
      chosen={query.chosen[facet]}
      name={names}
      choose={(value) => toggleFacet(query, facet, value)}
    />
  );
  const { data } = counts;
  return (
    <aside className="facets" aria-label="Filters">
      {data && (
        <>
          {of(
            'status',
            data.status,
            (value) => STATUS_NAMES[value as keyof typeof STATUS_NAMES] ?? value,
            STATUS_ORDER,
          )}
          {of('priority', data.priority, (value) => value.toLowerCase(), RANK_ORDER)}
          {of('severity', data.severity, (value) => value, SEVERITY_ORDER)}
        </>
      )}
      <TopFacet query={query} by="host" ready={ready} />
      <TopFacet query={query} by="user" ready={ready} />
      {data && of('source', data.source, sourceName)}
      {data && of('detector', data.detector, (value) => value)}
      <TopFacet query={query} by="template" ready={ready} />
    </aside>
  );
}

// --- internal ---

const STATUS_ORDER = ['open', 'true-positive', 'false-positive', 'benign-expected', 'not-evaluable'];
const RANK_ORDER = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'];
const SEVERITY_ORDER = ['HIGH', 'MED', 'LOW', 'NONE'];

/** The end of a path says more than its beginning. */
function shortPath(name: string): string {
  const parts = name.split('/');
  return parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : name;
}

function sorted(values: Readonly<Record<string, number>>, order?: readonly string[]): readonly ValueCount[] {
  const list = Object.entries(values).map(([value, count]) => ({ value, count }));
  if (order) return list.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
  return list.sort((a, b) => b.count - a.count).slice(0, 8);
}

function TopFacet(props: {
  readonly query: AlertQuery;
  readonly by: 'host' | 'user' | 'template';
  readonly ready: boolean;
}) {
  const { query, by, ready } = props;
  const { data } = useGet<{ items: readonly ValueCount[] }>(
    'alerts',
    ready ? '/alerts/top' : null,
    { ...query.base, by, limit: 6 },
    { keep: true },
  );
  const single = query.extras.find(({ name }) => name === by)?.value;
  const chosen = by === 'template' ? query.chosen.template : single === undefined ? [] : [single];
  const choose = (value: string): void =>
    by === 'template'
      ? toggleFacet(query, 'template', value)
      : patchSearch({ [by]: chosen.includes(value) ? null : value });
  if (!data) return null;
  return (
    <FacetList
      title={by}
      values={data.items}
      chosen={chosen}
      choose={choose}
      {...(by === 'template' ? { show: (value: string) => <TemplateName id={value} /> } : {})}
    />
  );
}

function FacetList(props: {
  readonly title: string;
  readonly values: readonly ValueCount[];
  readonly chosen: readonly string[];
  readonly name?: (value: string) => string;
  readonly show?: (value: string) => ReactNode;
  readonly choose: (value: string) => void;
}) {
  const { name = (value: string) => value } = props;
  if (props.values.length === 0) return null;
  return (
    <fieldset className="facet">
      <legend>{props.title}</legend>
      {props.values.map(({ value, count }) => (
        <label key={value} title={visibleText(name(value))}>
          <input type="checkbox" checked={props.chosen.includes(value)} onChange={() => props.choose(value)} />
          <span className="clip">{props.show ? props.show(value) : <Text>{name(value)}</Text>}</span>
          <span className="num faint">{brief(count)}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** The text of a template, its id until that is known. */
export function TemplateName({ id }: { readonly id: string }) {
  const { data } = useGet<StoredTemplate>(
    'template',
    `/templates/${encodeURIComponent(id)}`,
    {},
    { staleTime: 600_000 },
  );
  return <Text>{data?.text ?? id}</Text>;
}
