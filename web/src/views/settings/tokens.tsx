import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { change } from '../../api/client.ts';
import { useGet } from '../../api/queries.ts';
import type { ApiToken } from '../../api/types.ts';
import { Time } from '../../ui/labels.tsx';
import { Await, Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { toastError } from '../../ui/toasts.tsx';

/** Tokens for programs. A new one's secret is shown once. */
export function Tokens() {
  const client = useQueryClient();
  const tokens = useGet<{ items: readonly ApiToken[] }>('tokens', '/tokens');
  const [name, setName] = useState('');
  const [role, setRole] = useState('sender');
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      const issued = await change<{ secret: string }>('POST', '/tokens', { name, role });
      setSecret(issued.secret);
      setName('');
    } catch (error) {
      toastError(error);
    }
    await refresh();
  };
  const revoke = async (id: number): Promise<void> => {
    try {
      await change('DELETE', `/tokens/${id}`);
    } catch (error) {
      toastError(error);
    }
    await refresh();
  };
  return (
    <section className="card">
      <h2>API tokens</h2>
      {secret !== null && (
        <p className="receipt">
          The new token, shown this once: <code>{secret}</code>{' '}
          <button type="button" onClick={() => setSecret(null)}>
            I have it
          </button>
        </p>
      )}
      <Await query={tokens} what="tokens">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No token yet" />
          ) : (
            <table className="table">
              <tbody>
                {items.map((token) => (
                  <tr key={token.id} className={token.state === 'valid' ? '' : 'undone'}>
                    <td>
                      <Text>{token.name}</Text>
                    </td>
                    <td>{token.role}</td>
                    <td className="faint">
                      by <Text>{token.author}</Text>, <Time time={token.created} />
                    </td>
                    <td>{token.expires === null ? 'no end' : <Time time={token.expires} />}</td>
                    <td className="right">
                      {token.state === 'valid' ? (
                        <button type="button" onClick={() => void revoke(token.id)}>
                          Revoke
                        </button>
                      ) : (
                        token.state
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Await>
      <form className="toolbar" onSubmit={(event) => void add(event)}>
        <input
          aria-label="Name"
          placeholder="What it is for"
          required
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <select aria-label="Role" value={role} onChange={(event) => setRole(event.target.value)}>
          <option value="sender">sender: may only push lines</option>
          <option>viewer</option>
          <option>analyst</option>
          <option>admin</option>
        </select>
        <button type="submit">Issue a token</button>
      </form>
    </section>
  );
}
