import { useState } from 'react';
import type { Entity, Severity, Status, StoredAlert } from '../api/types.ts';
import { dateTime } from '../app/format.ts';
import { Text } from './text.tsx';

/** Small marks that mean the same everywhere. Never by colour alone. */

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return <span className={`mark severity-${severity.toLowerCase()}`}>{severity}</span>;
}

export function RankMark({ rank }: { readonly rank: StoredAlert['priority']['rank'] }) {
  return <span className={`mark rank-${rank.toLowerCase()}`}>{RANKS[rank]}</span>;
}

export function StatusMark({ status }: { readonly status: Status }) {
  return <span className={`status status-${status}`}>{STATUS_NAMES[status]}</span>;
}

export function EntityChip({ entity }: { readonly entity: Entity }) {
  return (
    <span className="chip" title={entity.kind}>
      <span className="chip-kind">{entity.kind}</span>
      <Text>{entity.value}</Text>
    </span>
  );
}

/** Entities, those that say most first; of many some, and a button for the others. */
export function EntityChips({ entities }: { readonly entities: readonly Entity[] }) {
  const [all, setAll] = useState(false);
  const sorted = entities.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const shown = all ? sorted : sorted.slice(0, FEW);
  return (
    <span className="chips">
      {shown.map((entity) => (
        <EntityChip key={`${entity.kind} ${entity.value}`} entity={entity} />
      ))}
      {shown.length < sorted.length && (
        <button type="button" className="linklike" onClick={() => setAll(true)}>
          and {sorted.length - shown.length} more
        </button>
      )}
    </span>
  );
}

export function Time({ time }: { readonly time: number }) {
  return (
    <time dateTime={Number.isFinite(time) ? new Date(time).toISOString() : undefined} className="num">
      {dateTime(time)}
    </time>
  );
}

/** A share from 0 to 1 as a bar beside its number. */
export function Meter({ share, title }: { readonly share: number; readonly title?: string }) {
  return (
    <span className="meter" title={title}>
      <span style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />
    </span>
  );
}

export const STATUS_NAMES: Readonly<Record<Status, string>> = {
  open: 'open',
  'true-positive': 'true positive',
  'false-positive': 'false positive',
  'benign-expected': 'acknowledged',
  'not-evaluable': 'not evaluable',
};

// --- internal ---

const FEW = 10;
const KINDS: readonly Entity['kind'][] = ['address', 'user', 'host', 'process'];

const RANKS: Readonly<Record<StoredAlert['priority']['rank'], string>> = {
  CRITICAL: 'CRIT',
  HIGH: 'HIGH',
  MEDIUM: 'MED',
  LOW: 'LOW',
  INFO: 'INFO',
};
