import { useState } from 'react';
import { useLiveState } from '../api/live.ts';
import { useCounters } from '../api/queries.ts';
import type { LoggedIn } from '../api/session.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { toast } from '../ui/toasts.tsx';
import { fixed, span, whole, zoneName } from './format.ts';
import { useKeys } from './keys.ts';
import { PasswordDialog } from './password-dialog.tsx';
import { patchSearch } from './place.ts';
import { prefer, usePreferences } from './preferences.ts';
import { iso, type Range, useRange, zoomTo } from './range.ts';

/** Where you are, of what time, live or not, and who you are. */
export function TopBar(props: { readonly title: string; readonly session: LoggedIn; readonly logout: () => void }) {
  const { session } = props;
  const [changing, setChanging] = useState(false);
  const { theme, zone } = usePreferences();
  const { range, whole: period, zoomed } = useRange();
  useKeys({ '0': () => zoomTo(null) });
  return (
    <header className="top">
      <h1>{props.title}</h1>
      {range && (
        <Menu
          label={
            <>
              <span className="top-range">
                {zoomed ? span(range.from, range.to) : `Whole period: ${span(range.from, range.to)}`}
              </span>
              <span aria-hidden="true"> ▾</span>
            </>
          }
          title="Range of time"
        >
          <MenuItem choose={() => zoomTo(null)}>
            Whole period <kbd>0</kbd>
          </MenuItem>
          {period &&
            PRESETS.map(({ name, length }) => (
              <MenuItem key={name} choose={() => zoomTo({ from: period.to - length, to: period.to })}>
                {name}
              </MenuItem>
            ))}
          <MenuItem choose={() => void copyLink(range)}>Copy link with this range</MenuItem>
        </Menu>
      )}
      <div className="top-end">
        <LiveBadge />
        <button
          type="button"
          className="quiet"
          onClick={() => prefer({ zone: zone === 'utc' ? 'local' : 'utc' })}
          title="Times in UTC or in this computer's zone"
        >
          {zoneName()}
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => prefer({ theme: theme === 'dark' ? 'light' : 'dark' })}
          title={theme === 'dark' ? 'Light theme' : 'Dark theme'}
        >
          {theme === 'dark' ? 'Dark' : 'Light'}
        </button>
        <Menu
          label={
            <>
              {session.user} <span className="role">{session.role}</span>
            </>
          }
          title="Account"
        >
          <MenuItem choose={() => setChanging(true)}>Change password …</MenuItem>
          <MenuItem choose={props.logout}>Log out</MenuItem>
        </Menu>
        {changing && <PasswordDialog close={() => setChanging(false)} />}
      </div>
    </header>
  );
}

// --- internal ---

const HOUR = 3_600_000;
const PRESETS = [
  { name: 'Last hour', length: HOUR },
  { name: 'Last 24 hours', length: 24 * HOUR },
  { name: 'Last 7 days', length: 168 * HOUR },
  { name: 'Last 30 days', length: 720 * HOUR },
];

function LiveBadge() {
  const live = useLiveState();
  const counters = useCounters();
  if (!live.connected)
    return <span className="live live-off">{live.since === null ? 'connecting' : 'disconnected'}</span>;
  return (
    <span className="live" title={counters && `${whole(counters.lines)} lines since the start`}>
      live
      {counters && (
        <span className="num"> {fixed(counters.linesPerSecond, counters.linesPerSecond < 10 ? 1 : 0)} lines/s</span>
      )}
    </span>
  );
}

/** Puts the range into the address, and the address into the clipboard where the browser lets a page do that. */
async function copyLink(range: Range): Promise<void> {
  patchSearch({ from: iso(range.from), to: iso(range.to) });
  try {
    await navigator.clipboard.writeText(location.href);
    toast({ text: 'Link copied' });
  } catch {
    toast({ text: 'The address bar has the link now: copy it from there' });
  }
}
