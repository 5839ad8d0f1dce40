import { type FormEvent, useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Entity, Settings } from '../../api/types.ts';
import { fixed } from '../../app/format.ts';
import { EntityChip, Meter } from '../../ui/labels.tsx';
import { Empty } from '../../ui/states.tsx';
import { useSaveSettings } from './use-save-settings.ts';

/** How much assets matter: a factor of each alert's priority. */
export function Criticality({ settings }: { readonly settings: Settings }) {
  const { administer } = useMay();
  const save = useSaveSettings();
  const [kind, setKind] = useState<Entity['kind']>('host');
  const [name, setName] = useState('');
  const [value, setValue] = useState(1);
  const others = (entity: Entity) =>
    settings.criticality.filter((one) => one.entity.kind !== entity.kind || one.entity.value !== entity.value);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const entity = { kind, value: name.trim() };
    void save({ criticality: [...others(entity), { entity, value }] }).then((saved) => saved && setName(''));
  };
  return (
    <section className="card">
      <h2>How much assets matter</h2>
      <p className="faint">From 0 to 1; what is not named has 0.5.</p>
      {settings.criticality.length === 0 ? (
        <Empty title="No asset is named" />
      ) : (
        <table className="table">
          <tbody>
            {settings.criticality.map((one) => (
              <tr key={`${one.entity.kind} ${one.entity.value}`}>
                <td>
                  <EntityChip entity={one.entity} />
                </td>
                <td>
                  <Meter share={one.value} /> <span className="num">{fixed(one.value)}</span>
                </td>
                <td className="right">
                  {administer && (
                    <button type="button" onClick={() => void save({ criticality: others(one.entity) })}>
                      Remove
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {administer && (
        <form className="toolbar" onSubmit={add}>
          <select
            aria-label="Kind of asset"
            value={kind}
            onChange={(event) => setKind(event.target.value as Entity['kind'])}
          >
            <option>host</option>
            <option>user</option>
            <option>address</option>
            <option>process</option>
          </select>
          <input
            aria-label="Name"
            placeholder="Name"
            required
            maxLength={256}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <input
            aria-label="How much it matters, 0 to 1"
            type="number"
            min={0}
            max={1}
            step={0.05}
            required
            value={value}
            onChange={(event) => setValue(event.target.valueAsNumber)}
          />
          <button type="submit" disabled={name.trim() === ''}>
            Add
          </button>
        </form>
      )}
    </section>
  );
}
