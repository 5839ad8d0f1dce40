/**
 * The plain data types that travel between the stages. Between stages events are
 * columns (typed arrays); objects appear only at the edges: public API, tests, JSON.
 *
 * Times are milliseconds since the epoch, `NaN` where a line has none. Byte offsets
 * and lengths count the decompressed stream. Line numbers start at 1.
 */

/** RFC 5424 severities 0 (emergency) to 7 (debug); `LEVEL_UNKNOWN` where the line does not say. */
export const LEVEL_UNKNOWN = 255;

/** Strings by number, from 0 on. */
export interface Strings {
  /** The string of a number; `''` for -1. */
  value(id: number): string;
  readonly size: number;
}

/** Strings that get their numbers as they come: the same string always has the same number within one table. */
export interface StringTable extends Strings {
  /** Number of `value`, a new one if it was never seen. */
  intern(value: string): number;
  /** Number of the string whose UTF-8 bytes are `bytes[start, end)`; it is not made for that. */
  internBytes(bytes: Uint8Array, start: number, end: number): number;
  /** The strings from number `from` on. */
  after(from: number): PackedStrings;
}

/** Strings as UTF-8 bytes, one behind the other; string i ends before `ends[i]`. */
export interface PackedStrings {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Int32Array<ArrayBuffer>;
}

/** A place that lines come from. */
export interface Source {
  /** Index used in the `source` columns. */
  readonly id: number;
  /** Path as given, or `-` for stdin. */
  readonly name: string;
  /** Name of the input format, such as `rfc3164` or `text`. */
  readonly format: string;
}

/** One line as an object, for the edges. */
export interface LogRecord {
  readonly source: number;
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly time: number;
  readonly level: number;
  readonly host: string;
  readonly app: string;
  readonly pid: number;
  /** The message without its header. */
  readonly message: string;
}

/**
 * Records of one source as columns over the bytes they stand in. `bytes` holds them
 * until the reader is asked for its next batch. `start[i]` to `end[i]` is the message (header stripped) within `bytes`.
 * At most 65,536 records.
 */
export interface RecordBatch {
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Place of `bytes[0]` in the decompressed stream, where the bytes of all messages stand there as they are. */
  readonly place?: number;
  readonly source: number;
  readonly time: Float64Array;
  readonly level: Uint8Array;
  /** Number in `strings`, -1 if the line names none. */
  readonly host: Int32Array;
  /** Program or logger name, number in `strings`, -1 if the line names none. */
  readonly app: Int32Array;
  /** Process id, -1 if the line names none. */
  readonly pid: Int32Array;
  readonly line: Float64Array;
  /** First byte of the whole line, header included, in the decompressed stream. */
  readonly offset: Float64Array;
  /** Bytes of the whole line without its line end; of all its lines where a record has several. */
  readonly length: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** How many events the record stands for (`message repeated N times`), usually 1. */
  readonly repeat: Int32Array;
  /** Entities that the records name in fields of their own, where the format has such fields. */
  readonly entities?: NamedEntities;
  readonly strings: Strings;
}

/** What is known of a batch that a parser has learned. */
export interface LearnedBatch {
  /** Template of each record. */
  readonly numbers: Int32Array;
  /** By what it is known when it is read once more. */
  readonly stamp: number;
}

/** Entities of records: those of row r are `[offsets[r], offsets[r + 1])` of `kinds` and `values`. */
export interface NamedEntities {
  readonly offsets: Int32Array;
  readonly kinds: readonly EntityKind[];
  /** Numbers in the batch's `strings`. */
  readonly values: readonly number[];
}

/** Kinds of entity that events name. */
export type EntityKind = 'user' | 'address' | 'process' | 'host';

/** Somebody or something an event is about. */
export interface Entity {
  readonly kind: EntityKind;
  readonly value: string;
}

/** Entities by number. */
export interface EntityTable {
  intern(kind: EntityKind, value: string): number;
  entity(id: number): Entity;
  readonly size: number;
}

/**
 * Events as columns. A batch from one source is bounded (65,536 events); a table of
 * a whole scan has the same columns, longer. Row r names the entities
 * `entities[entityOffsets[r] .. entityOffsets[r + 1]]`.
 */
export interface EventColumns {
  readonly count: number;
  readonly time: Float64Array;
  /** Internal template number: stable within a run while the template generalises. */
  readonly template: Int32Array;
  /** Number in `strings`, -1 for none. */
  readonly host: Int32Array;
  /** Number in `strings`, -1 for none. */
  readonly app: Int32Array;
  readonly pid: Int32Array;
  readonly source: Int32Array;
  readonly level: Uint8Array;
  readonly line: Float64Array;
  readonly offset: Float64Array;
  readonly length: Int32Array;
  readonly repeat: Int32Array;
  readonly entityOffsets: Int32Array;
  readonly entities: Int32Array;
  readonly strings: Strings;
  readonly entityTable: EntityTable;
}

/** A log template (log key) as others see it. */
export interface Template {
  /** Hash of the normalised text: the same text has the same id on every machine. */
  readonly id: string;
  /** Text with `<*>` and typed masks such as `<IP>`. */
  readonly text: string;
  readonly count: number;
}

/** One variable part of a line. */
export interface Parameter {
  /** Mask that recognised it, such as `IP`, or `*` for a plain wildcard. */
  readonly kind: string;
  readonly value: string;
}

/**
 * Sequences of log keys. Sequence s has the keys `keys[offsets[s] .. offsets[s + 1]]`,
 * each an index into `keyNames`.
 */
export interface SequenceSet {
  readonly count: number;
  readonly ids: readonly string[];
  readonly offsets: Int32Array;
  readonly keys: Int32Array;
  /** Public names of the keys: template ids, or the keys of a sequence CSV. */
  readonly keyNames: readonly string[];
  /** 1 where the session is known to be over, so that its end `$` is judged too. */
  readonly closed: Uint8Array;
  /** Row of each key in the event table it came from, where there is one. */
  readonly events?: Int32Array;
  /** What the events carry besides their keys, by the rows in `events`, where it was read. */
  readonly values?: EventValues;
  /** Ground truth, 1 for anomalous, where the input has it. */
  readonly labels?: Uint8Array;
  /** Class of each sequence, where the input has one. */
  readonly classes?: readonly string[];
}

/** Times and numbers of events, by row of the event table. */
export interface EventValues {
  /** Epoch ms, NaN for none. */
  readonly time: Float64Array;
  /** The parameters of row r are `numbers[offsets[r] .. offsets[r + 1]]`, as many for each event of a template. */
  readonly offsets: Int32Array;
  /** NaN for a parameter that is no number. */
  readonly numbers: Float64Array;
}

/** One candidate of a predictive distribution. */
export interface Expected {
  /** Public name of the key, or `$` for the end of the session. */
  readonly template: string;
  readonly p: number;
}

/**
 * Per-event output of a detector. Sequence s has the rows
 * `offsets[s] .. offsets[s + 1]`: one per key and, where the session is closed, one
 * more for its end. A high score is always the anomalous one.
 */
export interface SequenceScores {
  readonly offsets: Int32Array;
  /** -log p(key | history), in nats. Detectors without probabilities put their own surprise. */
  readonly nll: Float32Array;
  /** Rank of the true key, 1 = the most expected. */
  readonly rank: Int32Array;
  /** One score per sequence, made from its events by the detector. */
  readonly sequence: Float32Array;
}

/** Severity of an event or alert, from percentiles of held-out normal scores. */
export type Severity = 'NONE' | 'LOW' | 'MED' | 'HIGH';

/** Lines a result leads back to. `first` and `last` are line numbers in the source. */
export interface LineRange {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  readonly examples: readonly LineExample[];
}

/** One raw line: `text` are the bytes `offset .. offset + length` of the decompressed stream. */
export interface LineExample {
  readonly line: number;
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** A delineated window of time worth an analyst's hours. Times are epoch ms. */
export interface HuntWindow {
  readonly id: string;
  /** Epoch ms: `new Date(window.start)`. */
  readonly start: number;
  /** Epoch ms. */
  readonly end: number;
  readonly score: number;
  /** Number of the incident it belongs to, 1 for the strongest; 0 for a lead. */
  readonly incident: number;
  readonly channels: readonly string[];
  readonly entities: readonly Entity[];
  readonly reason: string;
  readonly boundaries: { readonly start: string; readonly end: string };
  readonly state: 'open' | 'closed';
  /** Channels that were silent in it: what they would have seen is not evaluable. */
  readonly notEvaluable?: readonly string[];
  /** Rows of the flagged events that made it, in the event table. */
  readonly events: readonly number[];
}

/** How urgent an alert is, with the factors that say so. */
export interface Priority {
  readonly rank: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFO';
  /** 0 to 1. */
  readonly score: number;
  readonly factors: readonly {
    readonly name: string;
    readonly weight: number;
    readonly value: number;
    readonly note: string;
  }[];
}

/** Something to tell a person: flagged events of one entity, template and detector. Time is epoch ms. */
export interface Alert {
  readonly id: string;
  readonly time: number;
  readonly severity: Severity;
  readonly calibrated: boolean;
  readonly priority: Priority;
  readonly detector: string;
  readonly entity: Entity | null;
  readonly template: Template | null;
  readonly reason: string;
  readonly windowId: string | null;
  readonly count: number;
  /** Rows of its events in the event table. */
  readonly events: readonly number[];
}
