import { useGet } from '../../api/queries.ts';
import type { Page, StoredAlert, StoredWindow } from '../../api/types.ts';
import { clock, duration, fixed, plural, span } from '../../app/format.ts';
import { useKeys } from '../../app/keys.ts';
import { Link } from '../../app/link.tsx';
import { iso } from '../../app/range.ts';
import { EntityChips, RankMark, StatusMark } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';
import { VerdictButtons } from '../verdicts/verdict-buttons.tsx';
import { VerdictHistory } from '../verdicts/verdict-history.tsx';
import { WindowLines } from './window-lines.tsx';

/** All there is to know of a window: why, where it begins and ends, who, the alerts in it, the raw lines. */
export function WindowDetail({ window, close }: { readonly window: StoredWindow; readonly close: () => void }) {
  const path = `/windows/${encodeURIComponent(window.id)}`;
  const alerts = useGet<Page<StoredAlert>>('alerts', `${path}/alerts`, { limit: 100 });
  const items = alerts.data?.items ?? [];
  useKeys({ r: () => document.querySelector<HTMLElement>('.split-detail .lines')?.focus() });
  return (
    <article className="split-detail" aria-label="Window">
      <header className="detail-head">
        <h2 className="num">{span(window.start, window.end)}</h2>
        {window.status !== 'open' && <StatusMark status={window.status} />}
        {window.state === 'open' && <span className="chip chip-live">ongoing</span>}
        <button type="button" className="quiet detail-close" onClick={close} title="Close (Esc)" aria-label="Close">
          ✕
        </button>
        <div className="detail-facts faint">
          {duration(window.end - window.start)} · score <b className="num">{fixed(window.score, 2)}</b>
          {window.incident > 0 && ` · incident ${window.incident}`}
        </div>
        <VerdictButtons
          targets={[{ kind: 'window', id: window.id }]}
          alerts={items.map((alert) => alert.id)}
          status={window.status}
        />
      </header>
      <div className="detail-body">
        <section>
          <h3>Why</h3>
          <ul className="reasons">
            {reasons(window.reason).map((reason) => (
              <li key={reason}>
                <Text>{reason}</Text>
              </li>
            ))}
          </ul>
          {(window.notEvaluable?.length ?? 0) > 0 && (
            <p className="faint">
              Silent meanwhile, so not evaluable: <Text>{window.notEvaluable?.join(', ') ?? ''}</Text>
            </p>
          )}
        </section>
        <dl className="facts">
          <dt>Begins</dt>
          <dd>
            <span className="num">{clock(window.start)}</span> <Text>{window.boundaries.start}</Text>
          </dd>
          <dt>Ends</dt>
          <dd>
            <span className="num">{clock(window.end)}</span> <Text>{window.boundaries.end}</Text>
          </dd>
          <dt>About</dt>
          <dd>
            <EntityChips entities={window.entities} />
          </dd>
        </dl>
        <section>
          <h3>
            {alerts.data?.cursor ? 'More than ' : ''}
            {plural(items.length, 'alert')}{' '}
            <Link
              to={`/alerts?window=${encodeURIComponent(window.id)}&from=${iso(window.start)}&to=${iso(window.end)}`}
            >
              open in Alerts
            </Link>
          </h3>
          <ul className="short-alerts">
            {items.slice(0, 6).map((alert) => (
              <li key={alert.id}>
                <Link
                  to={`/alerts?window=${encodeURIComponent(window.id)}&from=${iso(window.start)}&to=${iso(window.end)}&alert=${encodeURIComponent(alert.id)}`}
                >
                  <RankMark rank={alert.priority.rank} /> <span className="num">{clock(alert.time)}</span>{' '}
                  <Text className="clip">{alert.reason}</Text>
                </Link>
              </li>
            ))}
          </ul>
        </section>
        <WindowLines window={window} />
        <VerdictHistory target={{ kind: 'window', id: window.id }} />
      </div>
    </article>
  );
}

// --- internal ---

/** `quantity: …; sequence: …` as one entry each. */
function reasons(text: string): readonly string[] {
  return text.split(/; (?=[a-z0-9 _-]+: )/);
}
