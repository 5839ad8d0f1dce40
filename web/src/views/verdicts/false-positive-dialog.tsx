import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { change } from '../../api/client.ts';
import type { Receipt } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { RankMark, Time } from '../../ui/labels.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Failure } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { type Target, useVerdicts } from './verdicts.ts';

/** What a false-positive verdict would silence, then the reason. Nothing is saved before both were seen. */
export function FalsePositiveDialog(props: {
  readonly targets: readonly Target[];
  /** The alerts that the receipt is about. */
  readonly alerts: readonly string[];
  readonly close: () => void;
  readonly done?: () => void;
}) {
  const { targets, alerts, close, done } = props;
  const { give } = useVerdicts();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const receipt = useQuery({
    queryKey: ['receipt', alerts],
    queryFn: ({ signal }) => change<Receipt>('POST', '/verdicts/receipt', { alerts }, signal),
    enabled: alerts.length > 0,
    staleTime: 0,
  });
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const saved = await give(targets, 'false-positive', reason.trim());
    setBusy(false);
    if (!saved) return;
    close();
    done?.();
  };
  const ready = alerts.length === 0 || receipt.data !== undefined;
  return (
    <Modal open close={close} title={`False positive: ${plural(targets.length, targets[0]?.kind ?? 'alert')}`}>
      <form onSubmit={(event) => void save(event)}>
        {alerts.length > 0 && (
          <section className="receipt" aria-label="What it would silence" aria-busy={!receipt.data && !receipt.error}>
            {receipt.error && <Failure error={receipt.error} retry={() => void receipt.refetch()} />}
            {!receipt.data && !receipt.error && 'Looking up what it would silence …'}
            {receipt.data && <ReceiptText receipt={receipt.data} />}
          </section>
        )}
        <label className="field">
          Reason
          <textarea
            // biome-ignore lint/a11y/noAutofocus: the key f asks for exactly this
            autoFocus
            rows={3}
            required
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey) return;
              event.preventDefault();
              event.currentTarget.form?.requestSubmit();
            }}
            placeholder="Why is this no attack? Colleagues read it."
          />
        </label>
        <div className="form-end">
          <span className="faint">Enter saves, Esc leaves everything as it is</span>
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={busy || !ready || reason.trim() === ''}>
            Mark as false positive
          </button>
        </div>
      </form>
    </Modal>
  );
}

// --- internal ---

function ReceiptText({ receipt }: { readonly receipt: Receipt }) {
  const { silenced, confirmed, confirmedAlerts, examples } = receipt;
  const shown = (confirmed > 0 ? confirmedAlerts : examples).slice(0, 4);
  return (
    <>
      <p>
        Of all past alerts it would have silenced <b className="num">{plural(silenced, 'alert')}</b>
        {confirmed > 0 ? (
          <>
            , among them{' '}
            <b className="num bad">{confirmed === 1 ? '1 that was confirmed' : `${confirmed} that were confirmed`}</b>:
          </>
        ) : silenced === 0 ? (
          '.'
        ) : (
          ', none of them confirmed. The latest:'
        )}
      </p>
      <ul className="receipt-list">
        {shown.map((alert) => (
          <li key={alert.id}>
            <RankMark rank={alert.priority.rank} /> <Time time={alert.time} />{' '}
            <Text className="clip">{alert.reason}</Text>
          </li>
        ))}
      </ul>
    </>
  );
}
