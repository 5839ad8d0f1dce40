import type { Alert, Entity, HuntWindow, LineRange, Priority, Severity } from '../types.ts';

/**
 * What the store holds and what it is asked, as plain data. Times are epoch ms. A
 * `null` says that there is none.
 */

/** Some of the answers, and the way to the next ones. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it with the same filter for what follows; `null` at the end. Less than a full page may have one. */
  readonly cursor: string | null;
}

/** Which part of the answers. */
export interface PageRequest {
  /** The `cursor` of the page before. */
  readonly cursor?: string | null | undefined;
  /** Items of a page, 50 unless told, at most 1,000. */
  readonly limit?: number | undefined;
}

/** From and to, both included. */
export interface TimeRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Data of the caller's own, kept as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

// Sources and what they bring

/** A place that lines come from. */
export interface NewSource {
  /** Unique. */
  readonly name: string;
  /** Such as `file`, `syslog-tcp` or `http`. */
  readonly kind: string;
  readonly format: string;
}

/** How far a source was read. */
export interface SourceProgress {
  /** Fingerprint of the file that is read, or of the journal. */
  readonly generation: string;
  /** Where to go on: offsets, sequence numbers, what the source needs. */
  readonly position: Json;
  readonly lastSeen?: number | undefined;
  /** Milliseconds or bytes behind, as the source counts it. */
  readonly lag?: number | undefined;
  /** Lines taken since the last time, added to the total. */
  readonly lines?: number | undefined;
  /** Lines dropped since the last time, added to the total. */
  readonly drops?: number | undefined;
}

/** A source as it stands. */
export interface StoredSource extends NewSource {
  readonly id: number;
  readonly generation: string | null;
  readonly position: Json;
  readonly created: number;
  readonly lastSeen: number | null;
  readonly lag: number | null;
  readonly lines: number;
  readonly drops: number;
  readonly gaps: number;
}

/** A stretch of a source that was not seen. */
export interface SourceGap {
  readonly from: number | null;
  readonly to: number | null;
  /** Lines or bytes that are missing, where that is known. */
  readonly missing: number | null;
  readonly reason: string;
}

/** A gap, and when it was reported. */
export interface StoredGap extends SourceGap {
  readonly id: number;
  readonly source: number;
  readonly reported: number;
}

/** One line of a log. */
export interface NewRecord {
  readonly source: number;
  /** Offset in the decompressed stream, or the number that a network source gave the line. */
  readonly sequence: number;
  /** `null` or `NaN` where the line has none: then the time of receipt stands for it. */
  readonly time: number | null;
  readonly host: string | null;
  readonly app: string | null;
  readonly level: number | null;
  /** Public id of its template. */
  readonly template: string | null;
  readonly text: string;
  /** The bytes of the line where `text` is not all they say: broken UTF-8, NUL. */
  readonly raw?: Uint8Array | undefined;
}

/** Lines to store: an array, or what makes each of them when it is asked for. */
export interface NewRecords {
  readonly length: number;
  at(place: number): NewRecord | undefined;
}

/** A line as stored. Ids grow in the order of arrival. */
export interface StoredRecord extends Omit<NewRecord, 'raw' | 'time'> {
  readonly id: number;
  readonly time: number;
  readonly received: number;
  readonly raw: Uint8Array | null;
}

export interface RecordFilter extends TimeRange {
  readonly source?: readonly number[] | undefined;
  readonly host?: readonly string[] | undefined;
  readonly template?: readonly string[] | undefined;
  /** Part of the line; case counts only beyond ASCII. */
  readonly text?: string | undefined;
}

export interface NewTemplate {
  readonly id: string;
  readonly text: string;
  /** Lines since the last time, added to the total. */
  readonly count: number;
  readonly lastSeen: number;
}

export interface StoredTemplate extends NewTemplate {
  readonly firstSeen: number;
  /** The id it goes by since it generalised. */
  readonly alias: string | null;
}

// What the detectors say

/** An event that a detector flagged. Where it stands and who judged it make its identity. */
export interface NewFlaggedEvent {
  readonly source: number;
  readonly generation: string;
  readonly sequence: number;
  readonly detector: string;
  readonly channel: string;
  readonly time: number;
  /** Id of its line. */
  readonly record: number | null;
  readonly host: string | null;
  readonly session: string | null;
  readonly template: string | null;
  readonly score: number;
  readonly nll: number | null;
  readonly rank: number | null;
  readonly severity: Severity;
  readonly alert: string | null;
  readonly window: string | null;
  /** What was expected, which parts flagged it, the reason. */
  readonly detail: Json;
}

export interface FlaggedEvent extends NewFlaggedEvent {
  readonly id: string;
}

export interface EventFilter extends TimeRange {
  readonly source?: readonly number[] | undefined;
  readonly detector?: readonly string[] | undefined;
  readonly host?: readonly string[] | undefined;
  readonly template?: readonly string[] | undefined;
  readonly alert?: string | undefined;
  readonly window?: string | undefined;
}

/** Events of one minute, added to what was counted before. */
export interface MinuteCount {
  /** Any time within the minute. */
  readonly time: number;
  readonly source: number;
  readonly channel: string;
  readonly events: number;
  readonly flagged: number;
}

export interface CountRange {
  readonly from: number;
  readonly to: number;
  /** Points at most, 500 unless told; a point stands for whole minutes, or hours: then what it begins and ends with counts as a whole. */
  readonly points?: number | undefined;
  readonly source?: readonly number[] | undefined;
  readonly channel?: readonly string[] | undefined;
  /** One series for each, not one for all. */
  readonly by?: 'source' | 'channel' | undefined;
}

export interface CountSeries {
  /** Milliseconds that a point stands for. */
  readonly step: number;
  /** Points that counted something, in order of time. */
  readonly points: readonly {
    readonly time: number;
    /** Source or channel, where the range asked for one series each. */
    readonly series: string | null;
    readonly events: number;
    readonly flagged: number;
  }[];
}

/** A window of time, without the rows of an event table that it was made from. */
export interface NewWindow extends Omit<HuntWindow, 'events'> {
  readonly lines: LineRange | null;
}

export interface StoredWindow extends NewWindow {
  readonly status: Status;
  readonly statusUntil: number | null;
  readonly created: number;
  readonly updated: number;
}

export interface WindowFilter extends TimeRange {
  readonly state?: HuntWindow['state'] | undefined;
  readonly status?: readonly Status[] | undefined;
  readonly entity?: Entity | undefined;
}

/** An alert with where it came from, without the rows of an event table. */
export interface NewAlert extends Omit<Alert, 'events'> {
  readonly source: number | null;
  /** Everybody it names; `entity` need not be among them. */
  readonly entities: readonly Entity[];
  readonly lines: LineRange | null;
  /** The suppression that silences it. */
  readonly suppression?: string | null | undefined;
}

export interface StoredAlert extends NewAlert {
  readonly suppression: string | null;
  readonly status: Status;
  readonly statusUntil: number | null;
  readonly created: number;
  readonly updated: number;
  /** How often it was written with another content, 1 for the first time. */
  readonly revision: number;
}

/** Of what was written: what was not there, and what was there with another content. The rest was the same. */
export interface Upserted {
  readonly added: readonly string[];
  readonly changed: readonly string[];
}

/** Every given part must hold; of a list, one. */
export interface AlertFilter extends TimeRange {
  readonly status?: readonly Status[] | undefined;
  readonly severity?: readonly Severity[] | undefined;
  readonly priority?: readonly Priority['rank'][] | undefined;
  readonly detector?: readonly string[] | undefined;
  readonly source?: readonly number[] | undefined;
  readonly template?: readonly string[] | undefined;
  /** Named by the alert, in whatever role. */
  readonly host?: string | undefined;
  readonly user?: string | undefined;
  readonly entity?: Entity | undefined;
  readonly window?: string | undefined;
  /** Part of its reason, template or entities; case counts only beyond ASCII. */
  readonly text?: string | undefined;
  /** Only what is silenced, or only what is not. */
  readonly suppressed?: boolean | undefined;
}

export type AlertOrder = 'time' | 'priority';

/** Alerts by each value of each facet. */
export interface AlertCounts {
  readonly total: number;
  readonly status: Readonly<Record<string, number>>;
  readonly severity: Readonly<Record<string, number>>;
  readonly priority: Readonly<Record<string, number>>;
  readonly detector: Readonly<Record<string, number>>;
  /** By source id. */
  readonly source: Readonly<Record<string, number>>;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

export interface HistogramBar {
  readonly time: number;
  readonly severity: Severity;
  readonly count: number;
}

/** What alerts named an entity in a stretch of time. */
export interface HeatCell {
  readonly value: string;
  /** Where the stretch begins. */
  readonly time: number;
  /** The highest priority, 0 to 1. */
  readonly score: number;
  readonly count: number;
}

// What people say

export type Verdict = 'true-positive' | 'false-positive' | 'benign-expected' | 'not-evaluable';

/** What holds of an alert or window now. */
export type Status = 'open' | Verdict;

export interface VerdictTarget {
  readonly kind: 'alert' | 'window';
  readonly id: string;
}

export interface NewVerdict {
  readonly target: VerdictTarget;
  readonly verdict: Verdict;
  readonly author: string;
  readonly reason: string;
  readonly expires?: number | null | undefined;
}

/** A verdict as it was given, and who took it back. */
export interface StoredVerdict extends NewVerdict {
  readonly id: number;
  readonly given: number;
  readonly expires: number | null;
  readonly undone: { readonly time: number; readonly author: string; readonly reason: string } | null;
}

/** Which alerts a rule silences; at least one part. */
export type SuppressionMatch = Pick<
  AlertFilter,
  'detector' | 'source' | 'template' | 'host' | 'user' | 'entity' | 'text' | 'severity'
>;

export interface NewSuppression {
  readonly match: SuppressionMatch;
  readonly author: string;
  readonly reason: string;
  readonly expires?: number | null | undefined;
}

export interface Suppression extends NewSuppression {
  readonly id: string;
  readonly created: number;
  readonly expires: number | null;
  readonly revoked: { readonly time: number; readonly author: string } | null;
}

/** What a rule would have done to past alerts. */
export interface Receipt {
  readonly silenced: number;
  /** Those of them that somebody confirmed. */
  readonly confirmed: number;
  /** The latest of the confirmed, at most 20. */
  readonly confirmedAlerts: readonly StoredAlert[];
  /** The latest of all, at most 20. */
  readonly examples: readonly StoredAlert[];
}

// Models and runs

export type ModelState = 'candidate' | 'current' | 'retired';

export interface NewModel {
  /** Hash of its manifest. */
  readonly hash: string;
  /** What it is for: one model of a name is current. */
  readonly name: string;
  readonly kind: string;
  readonly directory: string;
  readonly detail: Json;
}

export interface StoredModel extends NewModel {
  readonly state: ModelState;
  readonly created: number;
  /** When it last became the current one. */
  readonly promoted: number | null;
}

export type RunState = 'running' | 'done' | 'failed' | 'stopped';

export interface Run {
  readonly id: number;
  /** Such as `train` or `replay`. */
  readonly kind: string;
  readonly state: RunState;
  readonly started: number;
  readonly ended: number | null;
  readonly detail: Json;
}

// People and programs

export type Role = 'viewer' | 'analyst' | 'admin';

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  /** As the caller's password hash encodes itself; never the password. */
  readonly passwordHash: string;
}

export interface User extends NewUser {
  readonly created: number;
}

/** Whose session it is: a user's, or of whoever came with this token. */
export type SessionOwner = { readonly user: string } | { readonly token: number };

export interface Session {
  /** Name of the user or token. */
  readonly user: string;
  /** Id of the token, `null` for a user's session. */
  readonly token: number | null;
  readonly role: TokenRole;
  readonly created: number;
  readonly expires: number;
}

/** What a token may do; a `sender` only brings lines. */
export type TokenRole = Role | 'sender';

export interface NewToken {
  readonly name: string;
  readonly role: TokenRole;
  readonly author: string;
  readonly expires?: number | null | undefined;
}

export interface ApiToken extends NewToken {
  readonly id: number;
  readonly created: number;
  readonly expires: number | null;
  readonly revoked: number | null;
  readonly state: 'valid' | 'expired' | 'revoked';
}

export interface NewAuditEntry {
  readonly actor: string;
  /** Such as `verdict.give`. */
  readonly action: string;
  readonly target: string;
  readonly detail?: Json | undefined;
}

export interface AuditEntry extends NewAuditEntry {
  readonly id: number;
  readonly time: number;
  readonly detail: Json;
}

// What must not be lost or done twice

export interface NewDeadLetter {
  /** Name of the notifier that failed. */
  readonly notifier: string;
  readonly alert: string | null;
  readonly payload: Json;
  readonly error: string;
  readonly attempts: number;
}

export interface DeadLetter extends NewDeadLetter {
  readonly id: number;
  readonly created: number;
  readonly updated: number;
  readonly delivered: number | null;
}

/** A request that was seen before, with the answer it got. */
export interface KnownPush {
  /** False where the key was used for another request. */
  readonly same: boolean;
  readonly response: Json;
}

export interface Checkpoint {
  /** Grows by one with each write. */
  readonly version: number;
  readonly bytes: Uint8Array;
  readonly saved: number;
}

/** How much is kept; what has no bound is kept for ever. Audit trail and verdicts always are. */
export interface RetentionLimits {
  readonly records?: { readonly days?: number | undefined; readonly bytes?: number | undefined } | undefined;
  readonly events?: { readonly days: number } | undefined;
  readonly counts?: { readonly days: number } | undefined;
  /** Alerts and windows that nobody confirmed. */
  readonly alerts?: { readonly days: number } | undefined;
}

export interface RetentionStep {
  readonly records: number;
  readonly events: number;
  readonly counts: number;
  readonly alerts: number;
  readonly windows: number;
  /** There is more to do: call again. */
  readonly more: boolean;
}

export interface StoreSize {
  readonly records: number;
  /** Bytes of the lines. */
  readonly recordBytes: number;
  /** Bytes of the whole database on disk. */
  readonly databaseBytes: number;
}
