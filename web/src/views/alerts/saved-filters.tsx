import { type FormEvent, useState } from 'react';
import { navigate, usePlace } from '../../app/place.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Modal } from '../../ui/modal.tsx';
import { toast } from '../../ui/toasts.tsx';

/** Filters under a name: each is a link, kept in this browser. The address bar itself is one, too. */
export function SavedFilters() {
  const { search } = usePlace();
  const [saved, setSaved] = useState(read);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const keep = (next: readonly Saved[]): void => {
    setSaved(next);
    try {
      localStorage.setItem(KEY, JSON.stringify(next));
    } catch {
      toast({ text: 'This browser keeps nothing: copy the link instead', bad: true });
    }
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const query = new URLSearchParams(search);
    query.delete('alert');
    keep([...saved.filter((one) => one.name !== name), { name, query: query.toString() }]);
    setNaming(false);
    setName('');
  };
  return (
    <>
      <Menu title="Saved filters" label="Saved ▾">
        {PRESETS.concat(saved).map((one) => (
          <MenuItem key={one.name} choose={() => navigate(`/alerts?${one.query}`)}>
            {one.name}
          </MenuItem>
        ))}
        <MenuItem choose={() => setNaming(true)}>Save this filter …</MenuItem>
        {saved.length > 0 && <MenuItem choose={() => keep([])}>Forget saved filters</MenuItem>}
      </Menu>
      <Modal open={naming} close={() => setNaming(false)} title="Save this filter">
        <form onSubmit={save}>
          <label className="field">
            Name
            <input type="text" required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
          </label>
          <div className="form-end">
            <button type="submit" className="primary" disabled={name.trim() === ''}>
              Save
            </button>
          </div>
        </form>
      </Modal>
    </>
  );
}

// --- internal ---

interface Saved {
  readonly name: string;
  readonly query: string;
}

const KEY = 'caracal.filters';
const PRESETS: readonly Saved[] = [
  { name: 'Open, most urgent first', query: '' },
  { name: 'Escalated', query: 'status=true-positive' },
  { name: 'Silenced by a suppression', query: 'status=any&suppressed=true' },
];

function read(): readonly Saved[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value)
      ? value.filter((one): one is Saved => typeof one?.name === 'string' && typeof one?.query === 'string')
      : [];
  } catch {
    return [];
  }
}
