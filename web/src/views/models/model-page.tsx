import { useGet } from '../../api/queries.ts';
import type { ModelDetail, StoredModel } from '../../api/types.ts';
import { fixed, percent, whole } from '../../app/format.ts';
import { Meter, Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { ScoreDistribution } from './score-distribution.tsx';
import { TemplateMap } from './template-map.tsx';
import { TrainingCurves } from './training-curves.tsx';

/** One model: how it learned, how its scores are spread, what it is made of, what a floor would do. */
export function ModelPage(props: { readonly model: StoredModel; readonly promote?: () => void }) {
  const { model, promote } = props;
  const detail = useGet<ModelDetail>('model', `/models/${encodeURIComponent(model.hash)}`, {}, { staleTime: 60_000 });
  return (
    <article className="model-page" aria-label="Model">
      <header className="list-head">
        <h2>
          <Text>{model.kind}</Text> <code className="faint">{model.hash.slice(0, 16)}</code>
        </h2>
        <span className="faint">
          learned <Time time={model.created} />
          {model.promoted !== null && (
            <>
              , promoted <Time time={model.promoted} />
            </>
          )}
        </span>
        {promote && (
          <button type="button" className="primary" onClick={promote}>
            {model.state === 'retired' ? 'Roll back to it' : 'Promote'}
          </button>
        )}
      </header>
      <Await query={detail} what="the model">
        {(data) => <Cards detail={data} />}
      </Await>
    </article>
  );
}

// --- internal ---

function Cards({ detail }: { readonly detail: ModelDetail }) {
  const { history, percentiles, layers, baselines, hyperParameters, map } = detail;
  return (
    <div className="cards">
      <section className="card">
        <h2>Training</h2>
        {history.length === 0 ? <Empty title="It has no epochs" /> : <TrainingCurves history={history} />}
      </section>
      <section className="card">
        <h2>Scores of held-out normal data</h2>
        <ScoreDistribution detail={detail} />
      </section>
      <section className="card">
        <h2>Calibration</h2>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">percentile</th>
              <th scope="col" className="right">
                surprise, nats
              </th>
              <th scope="col" className="right">
                95 % interval
              </th>
            </tr>
          </thead>
          <tbody>
            {percentiles.map(({ level, value, low, high }) => (
              <tr key={level}>
                <td className="num">{percent(level, level > 0.99 ? 2 : 1)}</td>
                <td className="num right">{fixed(value)}</td>
                <td className="num right faint">
                  {fixed(low)} – {fixed(high)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <dl className="facts">
          <dt>threshold of events</dt>
          <dd className="num">{fixed(detail.eventThreshold)}</dd>
          <dt>threshold of sessions</dt>
          <dd className="num">{fixed(detail.threshold)}</dd>
        </dl>
      </section>
      <section className="card">
        <h2>Beside the floors</h2>
        {baselines.length === 0 ? (
          <p className="faint">No baseline was run beside it.</p>
        ) : (
          <>
            <p className="faint">Share of held-out normal data that each would flag</p>
            <dl className="bars">
              {baselines.map(({ name, flagRate }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <Meter share={flagRate / Math.max(...baselines.map((one) => one.flagRate), 1e-9)} />{' '}
                    <span className="num">{percent(flagRate, 2)}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </section>
      <section className="card card-wide">
        <h2>Templates by what precedes and follows them</h2>
        {map.length < 3 ? <Empty title="Too few templates for a map" /> : <TemplateMap detail={detail} />}
      </section>
      <section className="card">
        <h2>Layers</h2>
        <table className="table">
          <tbody>
            {layers.map(({ name, shape, parameters }) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td className="num faint">{shape.join(' × ')}</td>
                <td className="num right">{whole(parameters)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">all</th>
              <td />
              <td className="num right">{whole(detail.parameters)}</td>
            </tr>
          </tbody>
        </table>
      </section>
      <section className="card">
        <h2>Settings</h2>
        <dl className="facts">
          {Object.entries(hyperParameters).map(([name, value]) => (
            <div key={name} className="facts-row">
              <dt>{name}</dt>
              <dd className="num">{String(value)}</dd>
            </div>
          ))}
          <div className="facts-row">
            <dt>templates known</dt>
            <dd className="num">{whole(detail.vocabulary.length)}</dd>
          </div>
        </dl>
      </section>
    </div>
  );
}
