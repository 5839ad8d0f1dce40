import type { StoredWindow } from '../../api/types.ts';
import { duration, fixed, span } from '../../app/format.ts';
import { Meter, StatusMark } from '../../ui/labels.tsx';
import { Text } from '../../ui/text.tsx';

/** A window in the list: when, how strong, who, why. */
export function WindowRow(props: { readonly window: StoredWindow; readonly index: number; readonly most: number }) {
  const { window, index, most } = props;
  const others = window.entities.length - SHOWN;
  return (
    <div className="window-row">
      <span className="window-rank num">{index + 1}</span>
      <div className="window-what">
        <div className="window-line">
          <b className="num">{span(window.start, window.end)}</b>
          <span className="faint num">{duration(window.end - window.start)}</span>
          {window.state === 'open' && <span className="chip chip-live">ongoing</span>}
          {window.status !== 'open' && <StatusMark status={window.status} />}
          <span className="window-score">
            <Meter share={window.score / most} />
            <b className="num">{fixed(window.score, 1)}</b>
          </span>
        </div>
        <div className="window-line window-entities">
          {window.channels.map((channel) => (
            <span key={channel} className="chip chip-channel">
              {channel}
            </span>
          ))}
          <span className="clip">
            {window.entities.slice(0, SHOWN).map(({ kind, value }, i) => (
              <span key={`${kind} ${value}`}>
                {i > 0 && ' · '}
                <span className="faint">{kind}</span> <Text>{value}</Text>
              </span>
            ))}
            {others > 0 && <span className="faint"> + {others}</span>}
          </span>
        </div>
        <div className="window-reason clip">
          <Text>{window.reason}</Text>
        </div>
      </div>
    </div>
  );
}

// --- internal ---

const SHOWN = 4;
