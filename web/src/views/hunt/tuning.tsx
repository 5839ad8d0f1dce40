import { useMay } from '../../api/session.ts';
import { duration, signed, whole } from '../../app/format.ts';
import { Knob } from '../../ui/knob.tsx';
import { Text } from '../../ui/text.tsx';
import type { TuningState } from './use-tuning.ts';

/** Alpha and beta, and what they would change: windows, lines, minutes of reading. */
export function Tuning({ tuning }: { readonly tuning: TuningState }) {
  const { administer } = useMay();
  const { tried, preview, changed } = tuning;
  if (tried === null) {
    return (
      <div className="tuning faint">
        {tuning.error ? <Text>{tuning.error.message}</Text> : 'Loading the settings …'}
      </div>
    );
  }
  const minutes = (value: number): string => duration(value * 60_000);
  return (
    <section className="tuning" aria-label="How windows are cut" aria-busy={tuning.stale}>
      <Knob
        {...{ name: 'alpha', symbol: 'α', title: 'reach: how far apart flags may be within one window' }}
        {...{ value: tried.alpha, max: 10, step: 0.1, digits: 1 }}
        change={(alpha) => tuning.set({ alpha })}
      />
      <Knob
        {...{ name: 'beta', symbol: 'β', title: 'extension: how much context a window gets' }}
        {...{ value: tried.beta, max: 1, step: 0.01, digits: 2 }}
        change={(beta) => tuning.set({ beta })}
      />
      {preview && (
        <dl className="tuning-figures" aria-live="polite" data-preview>
          <Figure
            name="windows"
            now={preview.windows.length}
            saved={preview.saved.windows}
            show={whole}
            changed={changed}
          />
          <Figure name="lines" now={preview.lines} saved={preview.saved.lines} show={whole} changed={changed} />
          <Figure
            {...{
              name: 'reading',
              now: preview.readingMinutes,
              saved: preview.saved.readingMinutes,
              show: minutes,
              changed,
            }}
          />
        </dl>
      )}
      <span className="tuning-end">
        {tuning.error && (
          <span className="bad">
            <Text>{tuning.error.message}</Text>
          </span>
        )}
        {changed && tuning.saved && (
          <>
            <span className="faint num">
              saved: α {tuning.saved.alpha.toFixed(1)}, β {tuning.saved.beta.toFixed(2)}
            </span>
            <button type="button" onClick={tuning.reset}>
              Reset
            </button>
            {administer && (
              <button type="button" className="primary" onClick={() => void tuning.save()}>
                Save
              </button>
            )}
          </>
        )}
      </span>
    </section>
  );
}

// --- internal ---

function Figure(props: {
  readonly name: string;
  readonly now: number;
  readonly saved: number;
  readonly show: (value: number) => string;
  readonly changed: boolean;
}) {
  const { now, saved, show, changed } = props;
  return (
    <div>
      <dt>{props.name}</dt>
      <dd className="num">
        {show(now)}
        {changed && <span className={now === saved ? 'delta faint' : 'delta'}>{signed(now - saved, show)}</span>}
      </dd>
    </div>
  );
}
