import { useGet } from '../../api/queries.ts';
import type { Page, ParameterValues, StoredRecord, StoredTemplate, TemplateCounts } from '../../api/types.ts';
import { fixed, plural, whole } from '../../app/format.ts';
import { Link } from '../../app/link.tsx';
import { useRange } from '../../app/range.ts';
import { Sparkline } from '../../charts/sparkline.tsx';
import { Meter, Time } from '../../ui/labels.tsx';
import { Lines } from '../../ui/lines.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { TemplateText, Text } from '../../ui/text.tsx';

/** A template: how often, since when, what its places held, and its latest lines. */
export function TemplateDetail({ id, close }: { readonly id: string; readonly close: () => void }) {
  const path = `/templates/${encodeURIComponent(id)}`;
  const template = useGet<StoredTemplate>('template', path);
  const values = useGet<{ items: readonly ParameterValues[] }>('template values', `${path}/values`);
  const lines = useGet<Page<StoredRecord>>('records', '/records', { template: id, limit: 50 });
  return (
    <article className="split-detail" aria-label="Template">
      <button type="button" className="quiet detail-close" onClick={close} title="Close (Esc)" aria-label="Close">
        ✕
      </button>
      <Await query={template} what="the template">
        {(one) => (
          <>
            <header className="detail-head">
              <h2 className="detail-template">
                <TemplateText>{one.text}</TemplateText>
              </h2>
            </header>
            <div className="detail-body">
              <dl className="figures">
                <div>
                  <dt>lines</dt>
                  <dd className="num">{whole(one.count)}</dd>
                </div>
                <div>
                  <dt>first seen</dt>
                  <dd>
                    <Time time={one.firstSeen} />
                  </dd>
                </div>
                <div>
                  <dt>last seen</dt>
                  <dd>
                    <Time time={one.lastSeen} />
                  </dd>
                </div>
              </dl>
              <AlertsOverTime id={id} />
              {one.alias !== null && (
                <p>
                  It has generalised:{' '}
                  <Link to={`/templates?template=${encodeURIComponent(one.alias)}`}>see what it is now</Link>
                </p>
              )}
              <section>
                <h3>Values</h3>
                <Await query={values} what="values">
                  {({ items }) =>
                    items.length === 0 ? (
                      <p className="faint">It has no variable places.</p>
                    ) : (
                      <div className="values">
                        {items.map((one) => (
                          <Values key={one.position} values={one} />
                        ))}
                      </div>
                    )
                  }
                </Await>
              </section>
              <section>
                <h3>Latest lines</h3>
                <Await query={lines} what="lines">
                  {({ items }) =>
                    items.length === 0 ? (
                      <Empty title="None of its recent lines is stored" />
                    ) : (
                      <Lines label="Latest lines" records={[...items].reverse()} />
                    )
                  }
                </Await>
              </section>
            </div>
          </>
        )}
      </Await>
    </article>
  );
}

// --- internal ---

function AlertsOverTime({ id }: { readonly id: string }) {
  const { range } = useRange();
  const counts = useGet<TemplateCounts>(
    'template counts',
    range && `/templates/${encodeURIComponent(id)}/counts`,
    { ...range, points: 60 },
    { keep: true },
  );
  const { data } = counts;
  if (!data || !range) return null;
  const first = Math.floor(range.from / data.step) * data.step;
  const length = Math.max(1, Math.floor((range.to - first) / data.step) + 1);
  const bars = new Array<number>(length).fill(0);
  let total = 0;
  for (const { time, alerts } of data.points) {
    total += alerts;
    const i = Math.round((time - first) / data.step);
    if (i >= 0 && i < length) bars[i] = alerts;
  }
  return (
    <section>
      <h3>
        Alerts{' '}
        <Link to={`/alerts?status=any&template=${encodeURIComponent(id)}`}>{plural(total, 'alert')} in this time</Link>
      </h3>
      {total > 0 && <Sparkline values={bars} label={`${plural(total, 'alert')} over time`} />}
    </section>
  );
}

function Values({ values }: { readonly values: ParameterValues }) {
  const most = Math.max(1, ...values.top.map(({ count }) => count));
  return (
    <div className="card">
      <h4>
        <span className="variable">&lt;{values.kind}&gt;</span>{' '}
        <span className="faint">
          place {values.position}, {plural(values.distinct, 'value')}
        </span>
      </h4>
      {values.numbers && (
        <p className="faint num">
          {fixed(values.numbers.min, 0)} to {fixed(values.numbers.max, 0)}, median {fixed(values.numbers.median, 0)}
        </p>
      )}
      <ul>
        {values.top.slice(0, 8).map(({ value, count }) => (
          <li key={value} className="value-row">
            <Text className="clip">{value}</Text>
            <Meter share={count / most} />
            <span className="num right">{whole(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
