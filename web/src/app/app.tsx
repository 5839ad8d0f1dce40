import { useSession } from '../api/session.ts';
import { Failure, Loading } from '../ui/states.tsx';
import { LoginPage } from '../views/login/login-page.tsx';
import { Shell } from './shell.tsx';

/** The dashboard: the login, or what is behind it. */
export function App() {
  const { data: session, error, refetch } = useSession();
  if (session) return <Shell session={session} />;
  if (session === null) return <LoginPage />;
  return (
    <main className="alone">
      {error ? <Failure error={error} retry={() => void refetch()} /> : <Loading what="Caracal" />}
    </main>
  );
}
