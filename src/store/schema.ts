import type { Generated, Insertable } from 'kysely';

/**
 * The tables, as SQLite and PostgreSQL both have them. Times are whole milliseconds
 * since the epoch; columns that end in `_json` hold JSON as text.
 */
export interface Schema {
  caracal_schema: { version: number; name: string; applied: number };
  sources: {
    id: Generated<number>;
    name: string;
    kind: string;
    format: string;
    generation: string | null;
    position_json: string;
    created: number;
    last_seen: number | null;
    lag: number | null;
    lines: number;
    drops: number;
    gaps: number;
  };
  source_gaps: {
    id: Generated<number>;
    source: number;
    reported: number;
    gap_from: number | null;
    gap_to: number | null;
    missing: number | null;
    reason: string;
  };
  record_chunks: { id: Generated<number>; received: number; records: number; bytes: number };
  records: RecordTable;
  templates: {
    id: string;
    text: string;
    count: number;
    first_seen: number;
    last_seen: number;
    alias: string | null;
  };
  events: EventTable;
  counts: { step: number; start: number; source: number; channel: string; events: number; flagged: number };
  windows: {
    id: string;
    started: number;
    ended: number;
    score: number;
    state: string;
    status: string;
    status_until: number | null;
    created: number;
    updated: number;
    revision: number;
    content: string;
    body_json: string;
  };
  window_entities: { window: string; kind: string; value: string };
  alerts: AlertTable & { number: Generated<number> };
  alert_bodies: { alert: number; body_json: string };
  alert_entities: { alert: number; kind: string; value: string };
  verdicts: {
    id: Generated<number>;
    target_kind: string;
    target: string;
    verdict: string;
    author: string;
    reason: string;
    given: number;
    expires: number | null;
  };
  verdict_undos: { verdict: number; author: string; reason: string; undone: number };
  suppressions: {
    id: string;
    match_json: string;
    author: string;
    reason: string;
    created: number;
    expires: number | null;
    revoked: number | null;
    revoked_by: string | null;
  };
  models: {
    hash: string;
    name: string;
    kind: string;
    directory: string;
    state: string;
    created: number;
    promoted: number | null;
    detail_json: string;
  };
  runs: {
    id: Generated<number>;
    kind: string;
    state: string;
    started: number;
    ended: number | null;
    detail_json: string;
  };
  users: { name: string; role: string; password_hash: string; created: number };
  sessions: { hash: string; user_name: string | null; token: number | null; created: number; expires: number };
  tokens: {
    id: Generated<number>;
    name: string;
    role: string;
    author: string;
    hash: string;
    created: number;
    expires: number | null;
    revoked: number | null;
  };
  audit: {
    id: Generated<number>;
    time: number;
    actor: string;
    action: string;
    target: string;
    detail_json: string;
  };
  dead_letters: {
    id: Generated<number>;
    notifier: string;
    alert: string | null;
    payload_json: string;
    error: string;
    attempts: number;
    created: number;
    updated: number;
    delivered: number | null;
  };
  pushes: { key: string; fingerprint: string; response_json: string; created: number; expires: number };
  settings: { key: string; value_json: string; updated: number };
  checkpoints: { pipeline: string; version: number; bytes: Uint8Array; saved: number };
}

/** Id: that of its chunk times `CHUNK_IDS`, plus its place in the chunk. */
export interface RecordTable {
  id: number;
  source: number;
  sequence: number;
  time: number;
  received: number;
  host: string | null;
  app: string | null;
  level: number | null;
  template: string | null;
  text: string;
  raw: Uint8Array | null;
}

export interface EventTable {
  id: string;
  source: number;
  generation: string;
  sequence: number;
  detector: string;
  channel: string;
  time: number;
  record: number | null;
  host: string | null;
  session: string | null;
  template: string | null;
  score: number;
  nll: number | null;
  rank: number | null;
  severity: string;
  alert: string | null;
  window: string | null;
  detail_json: string;
}

/** What alerts are filtered and ordered by; narrow, because filters walk over it. */
export interface AlertTable {
  id: string;
  time: number;
  /** Start of the hour that `time` is in. */
  hour: number;
  priority: number;
  status: string;
  severity: string;
  rank: string;
  detector: string;
  source: number | null;
  template: string | null;
  window: string | null;
  suppression: string | null;
  status_until: number | null;
  created: number;
  updated: number;
  revision: number;
  /** Hash of its body: whether a second write brings anything new. */
  content: string;
  text: string;
}

export type Row<T extends keyof Schema> = Insertable<Schema[T]>;
