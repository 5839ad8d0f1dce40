import { Suspense, useEffect, useState } from 'react';
import { LiveContext, useLive } from '../api/live.ts';
import { useStatus } from '../api/queries.ts';
import { type LoggedIn, useLogin } from '../api/session.ts';
import { Empty, Loading } from '../ui/states.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { useKeys } from './keys.ts';
import { Link } from './link.tsx';
import { navigate, usePlace } from './place.ts';
import { usePreferences } from './preferences.ts';
import { ServiceBanner } from './service-banner.tsx';
import { TopBar } from './top-bar.tsx';
import { ViewBoundary } from './view-boundary.tsx';
import { VIEWS, viewOf } from './views.ts';

/** What every view stands in: the navigation, the top bar, the state of the connection. */
export function Shell({ session }: { readonly session: LoggedIn }) {
  const { path, search } = usePlace();
  const { zone } = usePreferences();
  const [help, setHelp] = useState(false);
  const live = useLive();
  const { data: status } = useStatus();
  const { logout } = useLogin();
  const view = viewOf(path);
  useEffect(() => {
    document.title = `${view?.title ?? 'Nowhere'} – Caracal`;
  }, [view]);

  const rangeOnly = new URLSearchParams([...search].filter(([name]) => name === 'from' || name === 'to')).toString();
  const to = (target: string): string => (rangeOnly === '' ? target : `${target}?${rangeOnly}`);
  useKeys({
    ...Object.fromEntries(VIEWS.map((one) => [`g ${one.key}`, () => navigate(to(one.path))])),
    '?': () => setHelp(true),
    '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
  });

  return (
    <LiveContext value={live}>
      <a className="skip" href="#main">
        Skip to the view
      </a>
      <div className="shell">
        <nav className="rail" aria-label="Views">
          <div className="brand">
            <img src="/favicon.svg" alt="" width="22" height="22" />
            <span>Caracal</span>
          </div>
          {VIEWS.map((one) => (
            <Link key={one.path} to={to(one.path)} current={one === view} title={`${one.title} (g ${one.key})`}>
              <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <path d={one.icon} />
              </svg>
              <span className="rail-label">{one.title}</span>
              <kbd>g {one.key}</kbd>
            </Link>
          ))}
          <button type="button" className="rail-help" onClick={() => setHelp(true)} title="Keyboard (?)">
            <span className="rail-label">Keyboard</span>
            <kbd>?</kbd>
          </button>
        </nav>
        <div className="stage">
          <TopBar title={view?.title ?? 'Nowhere'} session={session} logout={() => void logout()} />
          <ServiceBanner live={live} status={status} />
          <main id="main" key={zone} data-view={view?.path ?? ''} tabIndex={-1}>
            <ViewBoundary key={path}>
              <Suspense fallback={<Loading what={view?.title ?? ''} />}>
                {view === null ? (
                  <Empty title="There is no such page">Choose a view on the left, or press g and its letter.</Empty>
                ) : (
                  <view.component />
                )}
              </Suspense>
            </ViewBoundary>
          </main>
        </div>
      </div>
      <Toasts />
      <HelpDialog open={help} close={() => setHelp(false)} />
    </LiveContext>
  );
}
