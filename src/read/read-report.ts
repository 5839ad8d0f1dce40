/** Lines that a record of several lines may have. */
export const RECORD_LINES = 1000;

/** What was not as it should be in an input; nothing of it is dropped in silence. */
export type WarningCode =
  | 'malformed-line' // does not follow the format; kept, the whole line as its message
  | 'no-time' // kept, its time is NaN
  | 'time-backwards' // earlier than the line before
  | 'time-in-future' // later than the file's modification time: the year or the zone is wrong
  | 'leap-day' // a 29 February without a year decided the year, or does not exist in it
  | 'long-line' // the message was cut at LINE_LIMIT; offset and length are those of the line
  | 'invalid-utf8' // kept as it is
  | 'nul-bytes' // kept as they are
  | 'blank-line' // no record was made
  | 'incomplete-record' // of several lines, not all of which came; kept
  | 'record-cut' // of more lines or bytes than a record may have; the rest is a record of its own
  | 'truncated-archive' // everything readable was read
  | 'damaged-archive' // everything readable was read
  | 'archive-bomb' // unpacks to far more than its size; reading stopped
  | 'file-cut' // while it was read; everything readable was read
  | 'file-skipped'; // an empty or binary file among others, an entry of an archive that must not be read

/** One kind of trouble in one file. */
export interface ReadWarning {
  readonly code: WarningCode;
  readonly file: string;
  readonly count: number;
  /** Line of the first case, 0 where it is about the whole file. */
  readonly firstLine: number;
  readonly note: string;
}

/** What was read: `lines = records + blankLines + headerLines + continuationLines`. */
export interface ReadReport {
  readonly files: number;
  readonly lines: number;
  readonly records: number;
  readonly blankLines: number;
  /** Lines that describe the file, such as the names of columns. */
  readonly headerLines: number;
  /** Lines that were joined to the record of an earlier line. */
  readonly continuationLines: number;
  /** Decompressed bytes. */
  readonly bytes: number;
  readonly warnings: readonly ReadWarning[];
}

/** Counts of a part of an input. */
export type Totals = Pick<
  ReadReport,
  'lines' | 'records' | 'blankLines' | 'headerLines' | 'continuationLines' | 'bytes'
>;

/** A report that is being written. */
export interface ReportBuilder {
  add(totals: Totals): void;
  warn(code: WarningCode, file: string, line: number, count?: number, note?: string): void;
  report(files: number): ReadReport;
}

/** An empty report. */
export function createReport(): ReportBuilder {
  const totals = { lines: 0, records: 0, blankLines: 0, headerLines: 0, continuationLines: 0, bytes: 0 };
  const warnings = new Map<string, { -readonly [K in keyof ReadWarning]: ReadWarning[K] }>();
  return {
    add: (more) => {
      totals.lines += more.lines;
      totals.records += more.records;
      totals.blankLines += more.blankLines;
      totals.headerLines += more.headerLines;
      totals.continuationLines += more.continuationLines;
      totals.bytes += more.bytes;
    },
    warn: (code, file, line, count = 1, note = notes[code]) => {
      const key = `${code}\0${file}`;
      const known = warnings.get(key);
      if (known) known.count += count;
      else warnings.set(key, { code, file, count, firstLine: line, note });
    },
    report: (files) => ({ files, ...totals, warnings: [...warnings.values()].map((warning) => ({ ...warning })) }),
  };
}

// --- internal ---

const notes: Readonly<Record<WarningCode, string>> = {
  'malformed-line':
    'the line does not follow the format; what could not be read of it was kept as its message; --format or --log-format names another format',
  'no-time': 'the line has no readable time and is left out of everything that needs one',
  'time-backwards': 'the line is earlier than the line before it; the order of the file was kept',
  'time-in-future': 'the line is later than the file itself; give --year or --timezone',
  'leap-day': 'the line is of 29 February; give --year',
  'long-line': 'only the first MiB of the line is its message; offset and length are those of the whole line',
  'invalid-utf8': 'the line holds bytes that are no UTF-8; they were kept',
  'nul-bytes': 'the line holds NUL bytes; they were kept',
  'blank-line': 'the line is blank and makes no record',
  'incomplete-record': 'parts of the record never came; what came is the record',
  'record-cut': `a record has at most ${RECORD_LINES} lines and 1 MiB; what follows is a record of its own; mend --record-start`,
  'truncated-archive': 'the compressed file ends early; everything before was read; fetch it again for the rest',
  'damaged-archive':
    'the compressed file is damaged; everything before the damage was read; fetch it again for the rest',
  'archive-bomb':
    'the archive unpacks to more than 256 MiB and 500 times its size; reading stopped there; unpack it yourself if it is sound',
  'file-cut': 'the file became shorter while it was read; what was still there was read',
  'file-skipped': 'the file holds no log lines and was left out',
};
