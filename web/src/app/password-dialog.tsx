import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { change, setCsrf } from '../api/client.ts';
import { Modal } from '../ui/modal.tsx';
import { Text } from '../ui/text.tsx';
import { toast } from '../ui/toasts.tsx';

/** Changes one's own password; all one's sessions end with it. */
export function PasswordDialog({ close }: { readonly close: () => void }) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [next, setNext] = useState('');
  const [error, setError] = useState<string | null>(null);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await change('POST', '/session/password', { password, next });
      setCsrf(null);
      client.clear();
      client.setQueryData(['session'], null);
      toast({ text: 'Changed. Log in with the new password.' });
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setPassword('');
    }
  };
  return (
    <Modal open close={close} title="Change your password">
      <form onSubmit={(event) => void save(event)}>
        <label className="field">
          Password now
          <input
            type="password"
            required
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <label className="field">
          New password, 10 characters or more
          <input
            type="password"
            required
            minLength={10}
            maxLength={256}
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </label>
        {error !== null && (
          <p className="bad" role="alert">
            <Text>{error}</Text>
          </p>
        )}
        <div className="form-end">
          <span className="faint">You are logged out everywhere.</span>
          <button type="submit" className="primary">
            Change
          </button>
        </div>
      </form>
    </Modal>
  );
}
