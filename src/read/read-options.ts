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
   * Give every batch a `batch.strings` of its own, so that memory stays bounded whatever
   * names come; for users who keep no numbers of hosts and programs from one batch to the
   * next.
   */
  readonly forgetNames?: boolean | undefined;
  /** By path: where to begin, as an earlier run ended. */
  readonly from?: Readonly<Record<string, Position>> | undefined;
}
