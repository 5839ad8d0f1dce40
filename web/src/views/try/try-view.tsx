import { type FormEvent, useState } from 'react';
import { change } from '../../api/client.ts';
import type { Inference } from '../../api/types.ts';
import { fixed } from '../../app/format.ts';
import { SeverityMark } from '../../ui/labels.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { TemplateText, Text } from '../../ui/text.tsx';
import { ExpectedList } from '../alerts/expected-list.tsx';
import { SequenceChart } from '../alerts/sequence-chart.tsx';

/** Raw lines or keys of one session, and what the current model says of them. Nothing is stored. */
export function TryView() {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<'lines' | 'keys'>('lines');
  const [closed, setClosed] = useState(false);
  const [result, setResult] = useState<Inference | Error | 'busy' | null>(null);
  const judge = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    setResult('busy');
    const items =
      kind === 'lines'
        ? text.split(/\r?\n/).filter((line) => line.trim() !== '')
        : text.split(/[\s,]+/).filter(Boolean);
    try {
      setResult(await change<Inference>('POST', '/infer', { [kind]: items, closed }));
    } catch (error) {
      setResult(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <div className="try">
      <form className="card" onSubmit={(event) => void judge(event)}>
        <div className="toolbar">
          <button type="button" aria-pressed={kind === 'lines'} onClick={() => setKind('lines')}>
            Raw lines
          </button>
          <button type="button" aria-pressed={kind === 'keys'} onClick={() => setKind('keys')}>
            Log keys
          </button>
          <label className="inline">
            <input type="checkbox" checked={closed} onChange={(event) => setClosed(event.target.checked)} /> the session
            is over
          </label>
          <button type="submit" className="primary" disabled={text.trim() === '' || result === 'busy'}>
            Judge
          </button>
          <span className="faint">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </span>
        </div>
        <label className="field">
          {kind === 'lines' ? 'Lines of one session, in their order' : 'Template ids, separated by blanks'}
          <textarea
            className="mono"
            data-search
            rows={9}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void judge();
            }}
          />
        </label>
      </form>
      {result === null && (
        <Empty title="Nothing was judged yet">Paste lines above. They are neither stored nor learned from.</Empty>
      )}
      {result === 'busy' && <Loading what="the verdict" />}
      {result instanceof Error && <Failure error={result} />}
      {result !== null && result !== 'busy' && !(result instanceof Error) && <Verdict inference={result} />}
    </div>
  );
}

// --- internal ---

function Verdict({ inference }: { readonly inference: Inference }) {
  const { events, anomalous, score, threshold } = inference;
  const worst = events.reduce((a, b, i) => (b.nll > (events[a]?.nll ?? -1) ? i : a), 0);
  const [shown, setShown] = useState(worst);
  const item = events[shown];
  return (
    <section className="card" aria-label="Verdict">
      <h2 className={anomalous ? 'bad' : 'good'}>
        {anomalous ? 'Anomalous' : 'Normal'}{' '}
        <span className="faint num">
          score {fixed(score)}, threshold {fixed(threshold)}
        </span>
      </h2>
      {events.length > 1 && (
        <SequenceChart items={events.map((event, i) => ({ ...event, deviating: i === shown }))} threshold={threshold} />
      )}
      <div className="try-result">
        <ol className="judged">
          {events.map((event, i) => (
            <li key={i}>
              <button type="button" className="quiet" aria-pressed={i === shown} onClick={() => setShown(i)}>
                <SeverityMark severity={event.severity} /> <span className="num">{fixed(event.nll)}</span>
                <span className="clip">
                  {event.template === '$' ? (
                    <em>the end of the session</em>
                  ) : (
                    <Text>{event.line ?? event.templateText}</Text>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ol>
        {item && (
          <div>
            <ExpectedList item={item} />
            <h3>Template</h3>
            <TemplateText>{item.templateText}</TemplateText>
          </div>
        )}
      </div>
    </section>
  );
}
