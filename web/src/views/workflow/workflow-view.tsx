import { useMemo } from 'react';
import { useGet, useStatus } from '../../api/queries.ts';
import type { Explanation, ModelDetail, Page, StoredAlert } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { Link } from '../../app/link.tsx';
import { patchSearch, usePlace } from '../../app/place.ts';
import { useRangeFilter } from '../../app/range.ts';
import { RankMark, Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { TemplateText, Text } from '../../ui/text.tsx';
import { follow } from './follow.ts';
import { type Graph, layOut } from './layout.ts';
import { firstFocus, partAround } from './part.ts';
import { StepSearch } from './step-search.tsx';
import { WorkflowGraph } from './workflow-graph.tsx';

/** How a task usually goes, as the model learned it, and the way that one run took. */
export function WorkflowView() {
  const { data: status } = useStatus();
  const hash = status?.model?.hash ?? null;
  const model = useGet<ModelDetail>('model', hash && `/models/${encodeURIComponent(hash)}`);
  if (status && hash === null) {
    return <Empty title="No model yet">The workflow appears once the first model has learned what is normal.</Empty>;
  }
  return (
    <Await query={model} what="the workflow">
      {({ workflow }) =>
        workflow === null || workflow.nodes.length === 0 ? (
          <Empty title="This model has learned no workflow">
            Only a sequence model that saw one task often enough has one.
          </Empty>
        ) : (
          <Learned workflow={workflow} />
        )
      }
    </Await>
  );
}

// --- internal ---

function Learned({ workflow }: { readonly workflow: Graph }) {
  const { search } = usePlace();
  const alert = search.get('alert');
  const explanation = useGet<Explanation>(
    'explanation',
    alert === null ? null : `/alerts/${encodeURIComponent(alert)}/explanation`,
  );
  const run = useMemo(
    () =>
      explanation.data
        ? follow(
            workflow,
            explanation.data.sequence.map((item) => item.template),
          )
        : null,
    [workflow, explanation.data],
  );
  const chosen = search.get('template');
  const part = useMemo(() => {
    const start = workflow.nodes.find((node) => node.key === chosen)?.id ?? firstFocus(workflow);
    const focus = run && run.taken.size > 1 ? run.taken : new Set(start === null ? [] : [start]);
    return partAround(workflow, focus);
  }, [workflow, run, chosen]);
  const layout = useMemo(() => layOut(part), [part]);
  const left = run?.left == null ? null : explanation.data?.sequence[run.left];
  return (
    <div className="workflow">
      <div className="toolbar">
        <span className="workflow-legend">
          <i className="wf-key" /> template
        </span>
        <span className="workflow-legend">
          <i className="wf-or" /> either or
        </span>
        <span className="workflow-legend">
          <i className="wf-and" /> in any order
        </span>
        <span className="faint">dashed: may be left out; below: again</span>
        {run && (
          <span className="workflow-legend">
            <i className="wf-taken" /> the way this run took
          </span>
        )}
      </div>
      {part.nodes.length < workflow.nodes.length && (
        <div className="toolbar">
          <StepSearch workflow={workflow} />
          <span className="faint">
            {part.nodes.length} of {plural(workflow.nodes.length, 'step')}, those around{' '}
            {run && run.taken.size > 1 ? 'this run' : 'one template'}
          </span>
        </div>
      )}
      <WorkflowGraph layout={layout} taken={run?.taken ?? null} leftAt={run?.leftAt ?? null} />
      {alert !== null && (
        <Await query={explanation} what="the run">
          {(data) => (
            <div className="card">
              <h2>
                <Text>{data.alert.reason}</Text>
              </h2>
              <p>
                {data.workflow !== null ? (
                  <Text>{data.workflow}</Text>
                ) : left ? (
                  <>
                    It left the workflow with{' '}
                    <TemplateText>{left.template === '$' ? 'its end' : left.templateText}</TemplateText>
                  </>
                ) : (
                  'All that is shown of this run is in the workflow.'
                )}
              </p>
              <Link to={`/alerts?status=any&alert=${encodeURIComponent(alert)}`}>Back to the alert</Link>
            </div>
          )}
        </Await>
      )}
      <Runs />
    </div>
  );
}

/** Alerts of sequences, whose runs can be shown. */
function Runs() {
  const range = useRangeFilter();
  const alerts = useGet<Page<StoredAlert>>('alerts', '/alerts', { ...range, order: 'priority', limit: 200 });
  return (
    <section className="card workflow-runs">
      <h2>Runs that left it</h2>
      <Await query={alerts} what="alerts">
        {({ items }) => {
          const ofSequences = items.filter((alert) => !['quantity', 'window'].includes(alert.detector)).slice(0, 12);
          if (ofSequences.length === 0) return <Empty title="No alert of a sequence in this time" />;
          return (
            <ul>
              {ofSequences.map((alert) => (
                <li key={alert.id}>
                  <button
                    type="button"
                    className="quiet"
                    onClick={() => patchSearch({ alert: alert.id }, { push: true })}
                  >
                    <RankMark rank={alert.priority.rank} /> <Time time={alert.time} />
                    <Text className="clip">{alert.reason}</Text>
                  </button>
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
    </section>
  );
}
