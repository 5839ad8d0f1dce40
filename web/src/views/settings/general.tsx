import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Settings } from '../../api/types.ts';
import { useSaveSettings } from './use-save-settings.ts';

/** How windows are cut, how many alerts a day are shown, how long things are kept. */
export function General({ settings }: { readonly settings: Settings }) {
  const { administer } = useMay();
  const save = useSaveSettings();
  const [own, setOwn] = useState<Partial<Settings>>({});
  const value = { ...settings, ...own };
  const retention = value.retention;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void save(own).then((saved) => saved && setOwn({}));
  };
  const number = (
    label: string,
    at: number,
    set: (value: number) => void,
    bounds: { readonly min: number; readonly max: number; readonly step: number | 'any' },
    hint: string,
  ) => (
    <label className="setting">
      <span>{label}</span>
      <input type="number" required value={at} {...bounds} onChange={(event) => set(event.target.valueAsNumber)} />
      <span className="faint">{hint}</span>
    </label>
  );
  const days = { min: 0.01, max: 36_500, step: 'any' } as const;
  const keep = (part: Partial<Settings['retention']>): void => setOwn({ ...own, retention: { ...retention, ...part } });
  return (
    <form onSubmit={submit}>
      <fieldset className="card" disabled={!administer}>
        <h2>Detection</h2>
        {number(
          'α, reach',
          value.alpha,
          (alpha) => setOwn({ ...own, alpha }),
          { min: 0, max: 100, step: 0.1 },
          'how far apart flags may be within one window; try it in Hunt',
        )}
        {number(
          'β, extension',
          value.beta,
          (beta) => setOwn({ ...own, beta }),
          { min: 0, max: 1, step: 0.01 },
          'how much context a window gets',
        )}
        {number(
          'Alerts a day',
          value.alertBudget,
          (alertBudget) => setOwn({ ...own, alertBudget }),
          { min: 1, max: 1_000_000, step: 1 },
          'what is beyond it is kept, marked and found by filter',
        )}
        <label className="setting">
          <span>Least severity</span>
          <select
            value={value.leastSeverity}
            onChange={(event) => setOwn({ ...own, leastSeverity: event.target.value as Settings['leastSeverity'] })}
          >
            <option>LOW</option>
            <option>MED</option>
            <option>HIGH</option>
          </select>
          <span className="faint">events below it raise no alert</span>
        </label>
        <label className="setting">
          <span>Learn anew on drift</span>
          <input
            type="checkbox"
            checked={value.retrainOnDrift}
            onChange={(event) => setOwn({ ...own, retrainOnDrift: event.target.checked })}
          />
          <span className="faint">by itself, when drift is strong; a person still promotes</span>
        </label>
      </fieldset>
      <fieldset className="card" disabled={!administer}>
        <h2>Retention</h2>
        {number('Raw lines, days', retention.recordDays, (recordDays) => keep({ recordDays }), days, '')}
        {number(
          'Raw lines, GB',
          retention.recordBytes / 1e9,
          (gigabytes) => keep({ recordBytes: Math.round(gigabytes * 1e9) }),
          { min: 0.001, max: 1e6, step: 'any' },
          'the oldest go first',
        )}
        {number('Flagged events, days', retention.eventDays, (eventDays) => keep({ eventDays }), days, '')}
        {number('Counts, days', retention.countDays, (countDays) => keep({ countDays }), days, 'the time line')}
        {number(
          'Alerts, days',
          retention.alertDays,
          (alertDays) => keep({ alertDays }),
          days,
          'confirmed ones stay for ever',
        )}
      </fieldset>
      {administer && (
        <div className="form-end">
          <button type="button" disabled={Object.keys(own).length === 0} onClick={() => setOwn({})}>
            Reset
          </button>
          <button type="submit" className="primary" disabled={Object.keys(own).length === 0}>
            Save
          </button>
        </div>
      )}
    </form>
  );
}
