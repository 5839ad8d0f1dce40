import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { change } from '../../api/client.ts';
import { useGet, useStatus } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import type { Drift, Page, Run, StoredModel } from '../../api/types.ts';
import { fixed, percent, plural } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { useCursor } from '../../ui/cursor.ts';
import { Time } from '../../ui/labels.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { toast, toastError } from '../../ui/toasts.tsx';
import { ModelPage } from './model-page.tsx';

/** The models that were learned, which of them judges, and whether it still fits what comes in. */
export function ModelsView() {
  const models = useGet<{ items: readonly StoredModel[] }>('models', '/models');
  return (
    <Await query={models} what="models">
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No model yet">The first one is learned from the first lines that come in.</Empty>
        ) : (
          <Models models={items} />
        )
      }
    </Await>
  );
}

// --- internal ---

function Models({ models }: { readonly models: readonly StoredModel[] }) {
  const { search } = usePlace();
  const { data: status } = useStatus();
  const may = useMay();
  const client = useQueryClient();
  const [promoting, setPromoting] = useState<StoredModel | null>(null);
  const runs = useGet<Page<Run>>('runs', '/runs', { limit: 5 });
  const current = models.find((model) => model.state === 'current') ?? models[0];
  const cursor = useCursor(
    models.map((model) => model.hash),
    search.get('model') ?? current?.hash ?? null,
  );
  const shown = models[cursor.index] ?? current;
  const show = (hash: string): void => {
    cursor.set(hash);
    patchSearch({ model: hash });
  };
  const move = (by: number): void => {
    const next = models[Math.min(models.length - 1, Math.max(0, cursor.index + by))];
    if (next) show(next.hash);
  };
  useKeys({ j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1) });
  const retrain = async (): Promise<void> => {
    try {
      await change<Run>('POST', '/models/retrain');
      toast({ text: 'It learns a new model from recent lines' });
      await client.invalidateQueries({ queryKey: ['runs'] });
    } catch (error) {
      toastError(error);
    }
  };
  const promote = async (model: StoredModel): Promise<void> => {
    setPromoting(null);
    try {
      await change<StoredModel>('POST', `/models/${encodeURIComponent(model.hash)}/promote`);
      toast({ text: 'It judges from now on' });
      await client.invalidateQueries();
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <div className="models">
      <section className="models-list">
        <div className="list-head">
          <h2>{plural(models.length, 'model')}</h2>
          {may.judge && (
            <button type="button" onClick={() => void retrain()}>
              Learn anew
            </button>
          )}
        </div>
        <ul>
          {models.map((model) => (
            <li key={model.hash}>
              <button
                type="button"
                className={model === shown ? 'model-item model-item-shown' : 'model-item'}
                aria-current={model === shown}
                onClick={() => show(model.hash)}
              >
                <b>
                  <Text>{model.kind}</Text>
                </b>{' '}
                <span className={model.state === 'current' ? 'good' : 'faint'}>
                  {model.state === 'current' ? '● judges now' : model.state}
                </span>
                <span className="faint">
                  <code>{model.hash.slice(0, 10)}</code> <Time time={model.created} />
                </span>
              </button>
            </li>
          ))}
        </ul>
        {status && <DriftCard drift={status.drift} />}
        {runs.data && runs.data.items.length > 0 && (
          <section>
            <h3>Latest runs</h3>
            <ul>
              {runs.data.items.map((run) => (
                <li key={run.id}>
                  <Text>{run.kind}</Text> <span className={run.state === 'failed' ? 'bad' : 'faint'}>{run.state}</span>{' '}
                  <Time time={run.started} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </section>
      {shown && (
        <ModelPage
          key={shown.hash}
          model={shown}
          {...(may.administer && shown.state !== 'current' ? { promote: () => setPromoting(shown) } : {})}
        />
      )}
      {promoting && (
        <Modal
          open
          close={() => setPromoting(null)}
          title={promoting.state === 'retired' ? 'Roll back to this model?' : 'Promote this model?'}
        >
          <p>
            From then on <code>{promoting.hash.slice(0, 10)}</code> judges all that comes in. What was judged stays as
            it is. You can go back the same way.
          </p>
          <div className="form-end">
            <button type="button" onClick={() => setPromoting(null)}>
              Cancel
            </button>
            <button type="button" className="primary" onClick={() => void promote(promoting)}>
              {promoting.state === 'retired' ? 'Roll back' : 'Promote'}
            </button>
          </div>
        </Modal>
      )}
    </div>
  );
}

function DriftCard({ drift }: { readonly drift: Drift }) {
  const names = { none: 'No drift', some: 'Some drift', strong: 'Strong drift' };
  return (
    <section className="card">
      <h3>Drift</h3>
      <b className={drift.level === 'strong' ? 'bad' : drift.level === 'none' ? 'good' : ''}>{names[drift.level]}</b>
      <p className="faint">
        <Text>{drift.reason}</Text>
      </p>
      <dl className="facts">
        <dt>new templates</dt>
        <dd className="num">{percent(drift.novelty)}</dd>
        <dt>flagged</dt>
        <dd className="num">
          {percent(drift.flagRate, 2)} <span className="faint">expected {percent(drift.expectedFlagRate, 2)}</span>
        </dd>
        <dt>shift of surprise</dt>
        <dd className="num">{fixed(drift.shift)} nats</dd>
      </dl>
    </section>
  );
}
