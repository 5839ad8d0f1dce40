import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Settings } from '../../api/types.ts';
import { Empty } from '../../ui/states.tsx';
import { Text } from '../../ui/text.tsx';
import { useSaveSettings } from './use-save-settings.ts';

type Notify = Settings['notify'][number];

/** Who is told of alerts and windows, and from which rank on. */
export function Notifications({ settings }: { readonly settings: Settings }) {
  const { administer } = useMay();
  const save = useSaveSettings();
  const [adding, setAdding] = useState(false);
  const change = (name: string, part: Partial<Pick<Notify, 'enabled'>> | null): void => {
    const notify =
      part === null
        ? settings.notify.filter((target) => target.name !== name)
        : settings.notify.map((target) => (target.name === name ? { ...target, ...part } : target));
    void save({ notify });
  };
  return (
    <section className="card">
      <h2>Notification targets</h2>
      <p className="faint">Windows are always told, alerts from the given rank on.</p>
      {settings.notify.length === 0 ? (
        <Empty title="Nobody is told yet">Add a webhook, a chat, a syslog server or a file.</Empty>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">name</th>
              <th scope="col">kind</th>
              <th scope="col">where</th>
              <th scope="col">from</th>
              <th scope="col">state</th>
              <th scope="col" className="right">
                {administer ? 'change' : ''}
              </th>
            </tr>
          </thead>
          <tbody>
            {settings.notify.map((target) => (
              <tr key={target.name}>
                <td>
                  <Text>{target.name}</Text>
                </td>
                <td>{target.kind}</td>
                <td>
                  <Text>{whereOf(target)}</Text>
                </td>
                <td>{target.from.toLowerCase()}</td>
                <td className={target.enabled ? 'good' : 'faint'}>{target.enabled ? '● on' : '○ off'}</td>
                <td className="right">
                  {administer && (
                    <>
                      <button type="button" onClick={() => change(target.name, { enabled: !target.enabled })}>
                        {target.enabled ? 'Switch off' : 'Switch on'}
                      </button>{' '}
                      <button type="button" onClick={() => change(target.name, null)}>
                        Remove
                      </button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {administer &&
        (adding ? (
          <NewTarget
            save={async (target) => {
              if (await save({ notify: [...settings.notify, target] })) setAdding(false);
            }}
            cancel={() => setAdding(false)}
          />
        ) : (
          <button type="button" onClick={() => setAdding(true)}>
            Add a target
          </button>
        ))}
    </section>
  );
}

// --- internal ---

function whereOf(target: Notify): string {
  switch (target.kind) {
    case 'syslog':
      return `${target.transport}://${target.host}:${target.port}`;
    case 'file':
      return target.path;
    default:
      return target.url;
  }
}

function NewTarget(props: { readonly save: (target: Notify) => Promise<void>; readonly cancel: () => void }) {
  const [kind, setKind] = useState<Notify['kind']>('webhook');
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '');
    const common = { name: text('name'), from: text('from') as Notify['from'], enabled: true };
    if (kind === 'webhook') void props.save({ kind, ...common, url: text('url'), secret: text('secret') });
    else if (kind === 'slack') void props.save({ kind, ...common, url: text('url') });
    else if (kind === 'file') void props.save({ kind, ...common, path: text('path') });
    else {
      const transport = text('transport') as 'udp' | 'tcp' | 'tls';
      void props.save({ kind, ...common, transport, host: text('host'), port: Number(text('port')) });
    }
  };
  return (
    <form className="toolbar" onSubmit={submit}>
      <select
        aria-label="Kind of target"
        value={kind}
        onChange={(event) => setKind(event.target.value as Notify['kind'])}
      >
        <option>webhook</option>
        <option>slack</option>
        <option>syslog</option>
        <option>file</option>
      </select>
      <input name="name" aria-label="Name" placeholder="Name" required maxLength={64} />
      <select name="from" aria-label="Alerts from this rank on" defaultValue="MEDIUM">
        <option>CRITICAL</option>
        <option>HIGH</option>
        <option>MEDIUM</option>
        <option>LOW</option>
        <option>INFO</option>
      </select>
      {(kind === 'webhook' || kind === 'slack') && (
        <input name="url" type="url" aria-label="URL" placeholder="https://…" required />
      )}
      {kind === 'webhook' && (
        <input
          name="secret"
          type="password"
          aria-label="Secret that signs it"
          placeholder="Secret, 16 characters or more"
          minLength={16}
          required
          autoComplete="off"
        />
      )}
      {kind === 'file' && <input name="path" aria-label="Path" placeholder="/var/log/caracal.ndjson" required />}
      {kind === 'syslog' && (
        <>
          <select name="transport" aria-label="Transport">
            <option>udp</option>
            <option>tcp</option>
            <option>tls</option>
          </select>
          <input name="host" aria-label="Host" placeholder="Host" required />
          <input name="port" type="number" aria-label="Port" min={1} max={65_535} defaultValue={514} required />
        </>
      )}
      <button type="submit" className="primary">
        Add
      </button>
      <button type="button" onClick={props.cancel}>
        Cancel
      </button>
    </form>
  );
}
