import type { Position } from './batcher.ts';
import type { FieldNames } from './formats/format.ts';

/** How to read logs. */
export interface ReadOptions {
  /** Input format of every file; detected per file unless told. */
  readonly format?: string | undefined;
  /**
   * Header of every line in the notation of the loghub collection, such as
   * `<Date> <Time> <Level> <Component>: <Content>`; means the format `log-format`.
   */
  readonly logFormat?: string | undefined;
  /** Fields of JSON lines, or columns of event tables; found by the names in use unless told. */
  readonly fields?: FieldNames | undefined;
  /**
   * Regular expression for the first line of a record: lines that do not match it belong
   * to the record before, at most 1,000 lines and 1 MiB of them.
   */
  readonly recordStart?: string | undefined;
  /** Year of the first line of all files, for timestamps without one; inferred unless told. */
  readonly year?: number | undefined;
  /** Time zone of timestamps without one: IANA name, `UTC` or an offset. `UTC` unless told. */
  readonly timezone?: string | undefined;
  /**
   * No line was written after this point in time (epoch ms). Unless told, a file's
   * modification time, and for stdin the present.
   */
  readonly referenceTime?: number | undefined;
  /**
   * Batches hold only until the next one is asked for, columns as well as bytes, and each has
   * a `batch.strings` of its own. This is faster, and memory stays bounded whatever names come.
   */
  readonly transient?: boolean | undefined;
  /** With `transient`: how many batches hold at a time, each until so many more were given out. One unless told. */
  readonly held?: number | undefined;
  /** By path: where to begin, as an earlier run ended. */
  readonly from?: Readonly<Record<string, Position>> | undefined;
}
