import type { Severity, StoredRecord } from '../api/types.ts';
import { clock, date, preciseClock } from '../app/format.ts';
import { SeverityMark } from './labels.tsx';
import { Text } from './text.tsx';

/** Raw lines in the order of time; those that were flagged are marked, with a word beside the colour. */
export function Lines(props: {
  readonly records: readonly StoredRecord[];
  readonly flagged?: ReadonlyMap<number, { readonly severity: Severity; readonly reason: string }>;
  readonly label: string;
}) {
  let day = '';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={props.flagged ? 'lines' : 'lines lines-plain'} aria-label={props.label} tabIndex={0}>
      {props.records.map((record) => {
        const mark = props.flagged?.get(record.id);
        const newDay = date(record.time) !== day;
        day = date(record.time);
        return (
          <div key={record.id} className={mark ? 'line line-flagged' : 'line'}>
            <span className="line-time num">
              {newDay && <b>{day}</b>}
              {record.time % 1000 === 0 ? clock(record.time) : preciseClock(record.time)}
            </span>
            {props.flagged && <span className="line-mark">{mark && <SeverityMark severity={mark.severity} />}</span>}
            <code className="line-text">
              <Text>{record.text}</Text>
              {mark && mark.reason !== '' && (
                <span className="line-reason">
                  <Text>{mark.reason}</Text>
                </span>
              )}
            </code>
          </div>
        );
      })}
    </section>
  );
}
