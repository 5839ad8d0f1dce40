import { useGet } from '../../api/queries.ts';
import { useMay } from '../../api/session.ts';
import type { Settings } from '../../api/types.ts';
import { patchSearch, usePlace } from '../../app/place.ts';
import { Await } from '../../ui/states.tsx';
import { AuditTrail } from './audit-trail.tsx';
import { Criticality } from './criticality.tsx';
import { General } from './general.tsx';
import { Notifications } from './notifications.tsx';
import { Suppressions } from './suppressions.tsx';
import { Tokens } from './tokens.tsx';
import { Users } from './users.tsx';

/** All that people may change, by what it is about. Who may not change it may read it. */
export function SettingsView() {
  const { search } = usePlace();
  const { administer } = useMay();
  const settings = useGet<Settings>('settings', '/settings', {}, { staleTime: 10_000 });
  const tabs = TABS.filter((tab) => administer || !tab.admin);
  const asked = search.get('tab');
  const tab = tabs.find(({ name }) => name === asked) ?? tabs[0];
  return (
    <div className="settings">
      <div className="tabs" role="tablist" aria-label="Settings">
        {tabs.map(({ name, title }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === tab?.name}
            aria-controls="settings-panel"
            onClick={() => patchSearch({ tab: name })}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="settings-panel" role="tabpanel" aria-labelledby={`tab-${tab?.name}`}>
        {!administer && tab?.needsAdmin && <p className="note">Only an administrator may change these.</p>}
        {tab?.name === 'suppressions' && <Suppressions />}
        {tab?.name === 'users' && <Users />}
        {tab?.name === 'tokens' && <Tokens />}
        {tab?.name === 'audit' && <AuditTrail />}
        {tab?.ofSettings && (
          <Await query={settings} what="settings">
            {(data) =>
              tab.name === 'assets' ? (
                <Criticality settings={data} />
              ) : tab.name === 'notify' ? (
                <Notifications settings={data} />
              ) : (
                <General settings={data} />
              )
            }
          </Await>
        )}
      </div>
    </div>
  );
}

// --- internal ---

interface Tab {
  readonly name: string;
  readonly title: string;
  readonly admin?: boolean;
  readonly needsAdmin?: boolean;
  readonly ofSettings?: boolean;
}

const TABS: readonly Tab[] = [
  { name: 'general', title: 'Detection and retention', needsAdmin: true, ofSettings: true },
  { name: 'assets', title: 'Assets', needsAdmin: true, ofSettings: true },
  { name: 'notify', title: 'Notifications', needsAdmin: true, ofSettings: true },
  { name: 'suppressions', title: 'Suppressions' },
  { name: 'users', title: 'Users', admin: true },
  { name: 'tokens', title: 'API tokens', admin: true },
  { name: 'audit', title: 'Audit trail', admin: true },
];
