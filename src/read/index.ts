/** Bytes of files and streams to records. */
export type { Position } from './batcher.ts';
export { bytesOfColumns, type Columns, columnsIn, copyColumns } from './columns.ts';
export { entityKindOf } from './formats/entity-fields.ts';
export { splitRow } from './formats/event-csv.ts';
export type {
  Detection,
  FieldNames,
  FormatOptions,
  LineContext,
  LineFormat,
  LineParser,
  OpenParser,
  Row,
  SampleLines,
} from './formats/format.ts';
export { detectFormat, formatNamed, lineFormats } from './formats/index.ts';
export { LINE_LIMIT } from './lines.ts';
export {
  createLiveReader,
  type LiveLines,
  type LiveReader,
  type LiveReaderState,
  type LiveReadOptions,
} from './live-lines.ts';
export { type LogReader, type OpenedSource, openLogs } from './open-logs.ts';
export { type ByteRange, readRanges } from './ranges.ts';
export { asLearned, batchesByNumber, stampOf } from './read-again.ts';
export type { ReadOptions } from './read-options.ts';
export type { ReadReport, ReadWarning, WarningCode } from './read-report.ts';
export { readWhole } from './whole-file.ts';
