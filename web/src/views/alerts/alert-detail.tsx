import { useGet } from '../../api/queries.ts';
import type { Explanation, StoredAlert } from '../../api/types.ts';
import { fixed, plural, span } from '../../app/format.ts';
import { Link } from '../../app/link.tsx';
import { patchSearch } from '../../app/place.ts';
import { iso } from '../../app/range.ts';
import { EntityChips, Meter, RankMark, SeverityMark, StatusMark, Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { TemplateText, Text } from '../../ui/text.tsx';
import { VerdictHistory } from '../verdicts/verdict-history.tsx';
import { ExpectedList } from './expected-list.tsx';
import { SequenceChart } from './sequence-chart.tsx';
import { SequenceLines } from './sequence-lines.tsx';
import { WindowStrip } from './window-strip.tsx';

/** Why an alert was raised, from what was expected to the raw lines, and what was said of alerts like it. */
export function AlertDetail(props: {
  readonly id: string;
  readonly known: StoredAlert | null;
  readonly close: () => void;
}) {
  const path = `/alerts/${encodeURIComponent(props.id)}`;
  const fresh = useGet<StoredAlert>('alert', props.known === null ? path : null);
  const explanation = useGet<Explanation>('explanation', `${path}/explanation`);
  const alert = props.known ?? fresh.data ?? explanation.data?.alert ?? null;
  return (
    <article className="alert-detail" aria-label="Alert">
      <button type="button" className="quiet detail-close" onClick={props.close} title="Close (Esc)" aria-label="Close">
        ✕
      </button>
      {alert === null ? (
        <Await query={fresh} what="the alert">
          {() => <Empty title="There is no such alert" />}
        </Await>
      ) : (
        <>
          <AlertHead alert={alert} />
          <div className="detail-body">
            <Await query={explanation} what="the explanation">
              {(data) => <AlertExplanation explanation={data} />}
            </Await>
            <Factors alert={alert} />
            <VerdictHistory target={{ kind: 'alert', id: props.id }} />
          </div>
        </>
      )}
    </article>
  );
}

// --- internal ---

function AlertHead({ alert }: { readonly alert: StoredAlert }) {
  return (
    <header className="detail-head">
      <h2>
        <RankMark rank={alert.priority.rank} /> <Text>{alert.reason}</Text>
      </h2>
      <div className="detail-facts faint">
        <SeverityMark severity={alert.severity} /> <StatusMark status={alert.status} /> <Time time={alert.time} /> ·{' '}
        <Text>{alert.detector}</Text>
        {alert.count > 1 && ` · ${plural(alert.count, 'event')}`}
        {!alert.calibrated && ' · not calibrated'}
        {alert.suppression !== null && ' · silenced by a suppression'}
      </div>
      <EntityChips entities={alert.entities.length > 0 ? alert.entities : alert.entity ? [alert.entity] : []} />
      {alert.template && (
        <div className="detail-template">
          <Link to={`/templates?template=${encodeURIComponent(alert.template.id)}`}>
            <TemplateText>{alert.template.text}</TemplateText>
          </Link>
        </div>
      )}
    </header>
  );
}

function AlertExplanation({ explanation }: { readonly explanation: Explanation }) {
  const { sequence, parameters, quantity, records, similar, window, workflow, threshold } = explanation;
  const deviating = sequence.find((item) => item.deviating);
  return (
    <>
      {deviating && deviating.expected.length > 0 && <ExpectedList item={deviating} />}
      {quantity && <Quantity quantity={quantity} />}
      {workflow !== null && (
        <section>
          <h3>
            Workflow <Link to={`/workflow?alert=${encodeURIComponent(explanation.alert.id)}`}>show the path</Link>
          </h3>
          <p>
            <Text>{workflow}</Text>
          </p>
        </section>
      )}
      {sequence.length > 1 && (
        <section>
          <h3>Surprise along the sequence</h3>
          <SequenceChart items={sequence} threshold={threshold} />
        </section>
      )}
      {parameters.length > 0 && (
        <section>
          <h3>Parameters</h3>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">kind</th>
                <th scope="col">here</th>
                <th scope="col">usual</th>
                <th scope="col" className="right">
                  seen
                </th>
              </tr>
            </thead>
            <tbody>
              {parameters.map((parameter, i) => (
                <tr key={i} className={parameter.seen === 0 ? 'unusual' : ''}>
                  <td>
                    <span className="variable">{parameter.kind}</span>
                  </td>
                  <td>
                    <Text>{parameter.value}</Text>
                  </td>
                  <td className="faint">
                    <Text>{parameter.usual.slice(0, 4).join(', ')}</Text>
                  </td>
                  <td className="right num">{parameter.seen === 0 ? 'never' : parameter.seen}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <SequenceLines sequence={sequence} records={records} />
      {window && (
        <section>
          <h3>
            Window <Link to={`/?window=${encodeURIComponent(window.id)}`}>open in Hunt</Link>
          </h3>
          <WindowStrip window={window} time={explanation.alert.time} />
          <p className="faint">
            <span className="num">{span(window.start, window.end)}</span>, score {fixed(window.score, 1)}
          </p>
        </section>
      )}
      {similar.length > 0 && (
        <section>
          <h3>Alerts like this one</h3>
          <ul className="short-alerts">
            {similar.map(({ alert, verdict }) => (
              <li key={alert.id}>
                <button
                  type="button"
                  className="linklike"
                  onClick={() =>
                    patchSearch({
                      alert: alert.id,
                      status: 'any',
                      from: iso(alert.time - DAY),
                      to: iso(alert.time + DAY),
                    })
                  }
                >
                  <Time time={alert.time} /> <StatusMark status={verdict?.verdict ?? alert.status} />{' '}
                  <Text className="clip">{verdict && verdict.reason !== '' ? verdict.reason : alert.reason}</Text>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const DAY = 86_400_000;

function Quantity({ quantity }: { readonly quantity: NonNullable<Explanation['quantity']> }) {
  const top = Math.max(quantity.count, quantity.most, 1);
  const rows = [
    ['here', quantity.count, 'bad'],
    ['largest before', quantity.most, ''],
    ['usual', quantity.usual, ''],
  ] as const;
  return (
    <section>
      <h3>How many</h3>
      <p className="faint">
        <Text>{quantity.subject}</Text>, in {quantity.minutes} min
      </p>
      <dl className="bars">
        {rows.map(([name, value, style]) => (
          <div key={name} className={style}>
            <dt>{name}</dt>
            <dd>
              <Meter share={value / top} /> <span className="num">{fixed(value, Number.isInteger(value) ? 0 : 1)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Factors({ alert }: { readonly alert: StoredAlert }) {
  const { factors, score } = alert.priority;
  if (factors.length === 0) return null;
  return (
    <section>
      <h3>
        Priority <span className="num faint">{fixed(score, 2)}</span>
      </h3>
      <table className="table factors">
        <tbody>
          {factors.map((factor) => (
            <tr key={factor.name}>
              <th scope="row">{factor.name}</th>
              <td>
                <Meter share={factor.value} title={`weight ${factor.weight}`} />
              </td>
              <td className="num right">{fixed(factor.weight * factor.value, 2)}</td>
              <td className="faint">
                <Text>{factor.note}</Text>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
