import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { change } from '../../api/client.ts';
import { useGet } from '../../api/queries.ts';
import { useSession } from '../../api/session.ts';
import type { Role, User } from '../../api/types.ts';
import { Time } from '../../ui/labels.tsx';
import { Await } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { toast, toastError } from '../../ui/toasts.tsx';

type Shown = Omit<User, 'passwordHash'>;

/** Who may log in, and what they may do. */
export function Users() {
  const client = useQueryClient();
  const { data: session } = useSession();
  const users = useGet<{ items: readonly Shown[] }>('users', '/users');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('analyst');
  const run = async (what: string, action: () => Promise<unknown>): Promise<boolean> => {
    try {
      await action();
      toast({ text: what });
      await client.invalidateQueries({ queryKey: ['users'] });
      return true;
    } catch (error) {
      toastError(error);
      return false;
    }
  };
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!(await run('Added', () => change('POST', '/users', { name, role, password })))) return;
    setName('');
    setPassword('');
  };
  return (
    <section className="card">
      <h2>Users</h2>
      <Await query={users} what="users">
        {({ items }) => (
          <table className="table">
            <tbody>
              {items.map((user) => (
                <tr key={user.name}>
                  <td>
                    <Text>{user.name}</Text> {user.name === session?.user && <span className="faint">you</span>}
                  </td>
                  <td>
                    <select
                      aria-label={`Role of ${user.name}`}
                      value={user.role}
                      onChange={(event) =>
                        void run('Changed', () =>
                          change('PATCH', `/users/${encodeURIComponent(user.name)}`, { role: event.target.value }),
                        )
                      }
                    >
                      {ROLES.map((one) => (
                        <option key={one}>{one}</option>
                      ))}
                    </select>
                  </td>
                  <td className="faint">
                    since <Time time={user.created} />
                  </td>
                  <td className="right">
                    <button
                      type="button"
                      disabled={user.name === session?.user}
                      onClick={() =>
                        void run('Removed', () => change('DELETE', `/users/${encodeURIComponent(user.name)}`))
                      }
                    >
                      Remove
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Await>
      <form className="toolbar" onSubmit={(event) => void add(event)}>
        <input
          aria-label="Name"
          placeholder="Name"
          required
          maxLength={64}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <input
          aria-label="Password"
          type="password"
          placeholder="Password, 10 characters or more"
          minLength={10}
          required
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <select aria-label="Role" value={role} onChange={(event) => setRole(event.target.value as Role)}>
          {ROLES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <button type="submit">Add</button>
      </form>
      <p className="faint">A viewer reads, an analyst judges and silences, an admin changes settings and people.</p>
    </section>
  );
}

// --- internal ---

const ROLES: readonly Role[] = ['viewer', 'analyst', 'admin'];
