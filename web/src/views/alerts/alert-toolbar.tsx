import { useEffect, useState } from 'react';
import { patchSearch } from '../../app/place.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Text } from '../../ui/text.tsx';
import { type AlertQuery, GROUPINGS } from './alert-filter.ts';
import { SavedFilters } from './saved-filters.tsx';

/** Search, grouping, order, saved filters, and what else narrows the table. */
export function AlertToolbar({
  query,
  toggleFacets,
}: {
  readonly query: AlertQuery;
  readonly toggleFacets: () => void;
}) {
  const [text, setText] = useState(query.text);
  useEffect(() => setText(query.text), [query.text]);
  // A word, not each letter of it.
  useEffect(() => {
    if (text === query.text) return;
    const timer = setTimeout(() => patchSearch({ text: text === '' ? null : text }), 250);
    return () => clearTimeout(timer);
  }, [text, query.text]);
  return (
    <div className="toolbar">
      <button type="button" className="facet-toggle" onClick={toggleFacets}>
        Filters
      </button>
      <input
        type="search"
        data-search
        placeholder="Search reasons, templates, entities  ( / )"
        aria-label="Search alerts"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      {query.extras.map(({ name, value }) => (
        <button
          key={name}
          type="button"
          className="chip chip-filter"
          onClick={() => patchSearch({ [name]: null })}
          title="Take this filter away"
        >
          <span className="chip-kind">{name}</span>
          <Text>{value}</Text> ✕
        </button>
      ))}
      <Menu title="Group by" label={<>Group: {query.grouping} ▾</>}>
        {GROUPINGS.map((grouping) => (
          <MenuItem key={grouping} choose={() => patchSearch({ group: grouping === 'rank' ? null : grouping })}>
            {grouping}
          </MenuItem>
        ))}
      </Menu>
      <Menu title="Order" label={<>Order: {query.order} ▾</>}>
        <MenuItem choose={() => patchSearch({ order: null, ...(query.grouping === 'day' ? { group: null } : {}) })}>
          priority, the most urgent first
        </MenuItem>
        <MenuItem choose={() => patchSearch({ order: 'time', ...(query.grouping === 'rank' ? { group: 'day' } : {}) })}>
          time, the latest first
        </MenuItem>
      </Menu>
      <SavedFilters />
    </div>
  );
}
