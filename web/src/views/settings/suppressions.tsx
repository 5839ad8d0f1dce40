import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { change } from '../../api/client.ts';
import { useGet } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import type { Receipt, Suppression, SuppressionMatch } from '../../api/types.ts';
import { plural } from '../../app/format.ts';
import { Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { toast, toastError } from '../../ui/toasts.tsx';

/** Rules that silence alerts, each with its reason and its end. */
export function Suppressions() {
  const client = useQueryClient();
  const may = useMay();
  const list = useGet<{ items: readonly Suppression[] }>('suppressions', '/suppressions');
  const revoke = async (id: string): Promise<void> => {
    try {
      await change('DELETE', `/suppressions/${encodeURIComponent(id)}`);
      toast({ text: 'Revoked' });
    } catch (error) {
      toastError(error);
    }
    await client.invalidateQueries({ queryKey: ['suppressions'] });
  };
  return (
    <section className="card">
      <h2>Suppressions</h2>
      <Await query={list} what="suppressions">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is silenced">Every alert is shown.</Empty>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">alerts that</th>
                  <th scope="col">reason</th>
                  <th scope="col">by</th>
                  <th scope="col">until</th>
                  <th scope="col" className="right">
                    state
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => (
                  <tr key={one.id} className={one.revoked ? 'undone' : ''}>
                    <td>
                      <Text>{matchText(one.match)}</Text>
                    </td>
                    <td>
                      <Text>{one.reason}</Text>
                    </td>
                    <td>
                      <Text>{one.author}</Text>
                    </td>
                    <td>{one.expires === null ? 'revoked' : <Time time={one.expires} />}</td>
                    <td className="right">
                      {one.revoked ? (
                        'revoked'
                      ) : may.judge ? (
                        <button type="button" onClick={() => void revoke(one.id)}>
                          Revoke
                        </button>
                      ) : (
                        'active'
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Await>
      {may.judge && <NewSuppression />}
    </section>
  );
}

// --- internal ---

const DAY = 86_400_000;

function matchText(match: SuppressionMatch): string {
  const parts = Object.entries(match).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (Array.isArray(value)) return [`${name} is ${value.join(' or ')}`];
    if (typeof value === 'object' && value !== null && 'kind' in value) return [`${value.kind} is ${value.value}`];
    return [name === 'text' ? `hold “${value}”` : `${name} is ${String(value)}`];
  });
  return parts.join(', and ');
}

function NewSuppression() {
  const client = useQueryClient();
  const [host, setHost] = useState('');
  const [user, setUser] = useState('');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [days, setDays] = useState(30);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const match: SuppressionMatch = {
    ...(host.trim() === '' ? {} : { host: host.trim() }),
    ...(user.trim() === '' ? {} : { user: user.trim() }),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      if (receipt === null) {
        setReceipt(await change<Receipt>('POST', '/suppressions/receipt', { match }));
        return;
      }
      await change<Suppression>('POST', '/suppressions', { match, reason, expires: Date.now() + days * DAY });
      toast({ text: 'Saved' });
      setReceipt(null);
      setHost('');
      setUser('');
      setText('');
      setReason('');
      await client.invalidateQueries();
    } catch (error) {
      toastError(error);
    }
  };
  const field = (label: string, value: string, set: (value: string) => void) => (
    <label className="field">
      {label}
      <input
        maxLength={256}
        value={value}
        onChange={(event) => {
          set(event.target.value);
          setReceipt(null);
        }}
      />
    </label>
  );
  return (
    <form className="new-suppression" onSubmit={(event) => void submit(event)}>
      <h3>Silence alerts</h3>
      <div className="field-row">
        {field('Host', host, setHost)}
        {field('User', user, setUser)}
        {field('Text', text, setText)}
        <label className="field">
          Days
          <input
            type="number"
            min={1}
            max={3650}
            required
            value={days}
            onChange={(event) => setDays(event.target.valueAsNumber)}
          />
        </label>
      </div>
      <label className="field">
        Reason
        <input required maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      {receipt && (
        <p className="receipt">
          Of all past alerts it would have silenced <b>{plural(receipt.silenced, 'alert')}</b>,{' '}
          <b className={receipt.confirmed > 0 ? 'bad' : ''}>{receipt.confirmed} of them confirmed</b>.
        </p>
      )}
      <button type="submit" className="primary" disabled={Object.keys(match).length === 0 || reason.trim() === ''}>
        {receipt === null ? 'Show what it silences' : 'Silence them'}
      </button>
    </form>
  );
}
