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

const RANKS: Readonly<Record<StoredAlert['priority']['rank'], string>> = {
  CRITICAL: 'CRIT',
  HIGH: 'HIGH',
  MEDIUM: 'MED',
  LOW: 'LOW',
  INFO: 'INFO',
};
