import { useEffect, useState } from 'react';
import { type SourceRow, useCounters, useGet, useSources, useStatus } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import type { CountSeries, Page, ServiceStatus, StoredGap } from '../../api/types.ts';
import { ago, bytes, duration, fixed, plural, whole } from '../../app/format.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { useRange } from '../../app/range.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { DeadLetters } from './dead-letters.tsx';

/** What comes in, how it is understood, and what does not come in. */
export function SourcesView() {
  const { data: status } = useStatus();
  const sources = useSources();
  const { search } = usePlace();
  const may = useMay();
  const opened = search.get('source');
  return (
    <div className="sources">
      {status && <Health status={status} />}
      <Await query={sources} what="sources">
        {(items) =>
          items.length === 0 ? (
            <Empty title="No source yet">
              Name files or ports to <code>caracal serve</code>, or push lines to <code>/api/v1/push</code>.
            </Empty>
          ) : (
            <section className="card">
              <h2>{plural(items.length, 'source')}</h2>
              <SourceTable sources={items} opened={opened} />
            </section>
          )
        }
      </Await>
      {opened !== null && <Gaps source={opened} />}
      {may.administer && <DeadLetters />}
    </div>
  );
}

// --- internal ---

function Health({ status }: { readonly status: ServiceStatus }) {
  const counters = useCounters() ?? status.totals;
  const figures: readonly (readonly [string, string, string?])[] = [
    ['phase', status.phase, status.phase === 'live' ? 'good' : status.phase === 'failed' ? 'bad' : ''],
    ['lines', whole(counters.lines)],
    ['a second', fixed(counters.linesPerSecond, counters.linesPerSecond < 10 ? 1 : 0)],
    ['to durable, median', `${fixed(counters.latency.p50, 0)} ms`],
    ['to durable, 99th', `${fixed(counters.latency.p99, 0)} ms`],
    ['queued', whole(counters.queued)],
    ['dropped', whole(counters.drops), counters.drops > 0 ? 'bad' : ''],
    ['malformed', whole(counters.malformed)],
    ['sessions', whole(status.sessions)],
    ['templates', whole(status.templates)],
    ['checkpoint', status.checkpoint ? bytes(status.checkpoint.bytes) : 'none'],
    ['up', duration(Math.max(0, counters.time - status.started))],
  ];
  return (
    <section className="card">
      <h2>Service</h2>
      <dl className="figures">
        {figures.map(([name, value, style]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={`num ${style ?? ''}`}>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function SourceTable({ sources, opened }: { readonly sources: readonly SourceRow[]; readonly opened: string | null }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  const { range } = useRange();
  const counts = useGet<CountSeries>(
    'counts',
    range && '/counts',
    { ...range, points: 60, by: 'source' },
    { keep: true },
  );
  const barsOf = (id: number): readonly number[] => {
    const bars = new Array<number>(60).fill(0);
    if (!range || !counts.data) return bars;
    const first = Math.floor(range.from / counts.data.step) * counts.data.step;
    for (const { time, series, events } of counts.data.points) {
      if (series === String(id)) bars[Math.round((time - first) / counts.data.step)] = events;
    }
    return bars;
  };
  return (
    <table className="table">
      <thead>
        <tr>
          {['source', 'state'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
          {['lines', 'a second', 'behind', 'dropped', 'malformed', 'no time', 'gaps'].map((name) => (
            <th key={name} scope="col" className="right">
              {name}
            </th>
          ))}
          <th scope="col" className="wide-only">
            over time
          </th>
          <th scope="col">last line</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <tr key={source.id}>
            <td>
              <b>
                <Text>{source.name}</Text>
              </b>
              <div className="faint">
                <Text>{understood(source)}</Text>
              </div>
              {source.error != null && (
                <div className="bad">
                  <Text>{source.error}</Text>
                </div>
              )}
            </td>
            <td className="num">
              {source.error != null ? (
                <b className="bad">▲ error</b>
              ) : source.silent ? (
                <b className="bad">◌ silent</b>
              ) : (
                <span className="good">● reads</span>
              )}
            </td>
            <td className="num right">{whole(source.lines)}</td>
            <td className="num right">{fixed(source.linesPerSecond ?? 0, 1)}</td>
            <td className="num right">{source.lag === null ? '–' : whole(source.lag)}</td>
            <td className={source.drops > 0 ? 'num right bad' : 'num right'}>{whole(source.drops)}</td>
            <td className="num right">{whole(source.malformed ?? 0)}</td>
            <td className="num right">{whole(source.withoutTime ?? 0)}</td>
            <td className="num right">
              {source.gaps === 0 ? (
                '0'
              ) : (
                <button
                  type="button"
                  className="linklike"
                  onClick={() => patchSearch({ source: opened === String(source.id) ? null : String(source.id) })}
                >
                  {whole(source.gaps)}
                </button>
              )}
            </td>
            <td className="source-bars wide-only">
              <Sparkline values={barsOf(source.id)} label={`Events of ${source.name} over time`} />
            </td>
            <td>
              {source.lastSeen === null ? (
                'never'
              ) : (
                <span title={ago(source.lastSeen, now)}>
                  <Time time={source.lastSeen} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How it comes in and how it is read. */
function understood({ kind, format, reason = '' }: SourceRow): string {
  return [kind, reason === '' ? format : reason.includes(format) ? reason : `${format}: ${reason}`]
    .filter((part) => part !== '')
    .join(', ');
}

function Gaps({ source }: { readonly source: string }) {
  const gaps = useGet<Page<StoredGap>>('gaps', `/sources/${encodeURIComponent(source)}/gaps`);
  return (
    <section className="card">
      <h2>Gaps</h2>
      <Await query={gaps} what="gaps">
        {({ items }) => (
          <table className="table">
            <tbody>
              {items.map((gap) => (
                <tr key={gap.id}>
                  <td>
                    <Time time={gap.reported} />
                  </td>
                  <td className="num">{gap.missing === null ? 'unknown' : whole(gap.missing)}</td>
                  <td>
                    <Text>{gap.reason}</Text>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Await>
    </section>
  );
}
