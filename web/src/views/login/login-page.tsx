import { type FormEvent, useState } from 'react';
import { useLogin } from '../../api/session.ts';
import { Text } from '../../ui/text.tsx';

/** The way in: name and password, or an API token. */
export function LoginPage() {
  const { login } = useLogin();
  const [way, setWay] = useState<'password' | 'token'>('password');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await login(way === 'token' ? { token: secret.trim() } : { user, password: secret });
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setSecret('');
      setBusy(false);
    }
  };
  return (
    <main className="login">
      <form onSubmit={(event) => void submit(event)}>
        <div className="login-brand">
          <img src="/favicon.svg" alt="" width="44" height="44" />
          <h1>Caracal</h1>
        </div>
        <p className="faint">Hears what does not belong in your logs.</p>
        {way === 'password' && (
          <label className="field">
            Name
            <input
              // biome-ignore lint/a11y/noAutofocus: there is nothing else on this page
              autoFocus
              name="username"
              autoComplete="username"
              required
              value={user}
              onChange={(event) => setUser(event.target.value)}
            />
          </label>
        )}
        <label className="field">
          {way === 'password' ? 'Password' : 'API token'}
          <input
            key={way}
            name={way}
            type="password"
            autoComplete={way === 'password' ? 'current-password' : 'off'}
            required
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
        </label>
        {error !== null && (
          <p className="bad" role="alert">
            <Text>{error}</Text>
          </p>
        )}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Logging in …' : 'Log in'}
        </button>
        {way === 'password' && <p className="faint">The first time: log in with the token that Caracal printed.</p>}
        <button type="button" className="linklike" onClick={() => setWay(way === 'password' ? 'token' : 'password')}>
          {way === 'password' ? 'Use an API token instead' : 'Use name and password instead'}
        </button>
      </form>
    </main>
  );
}
