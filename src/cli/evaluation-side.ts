import { CaracalError } from '../errors.ts';
import { joinSessions, type Labels, labelIn, type Truth, truthOfEvents } from '../evaluate/index.ts';
import { decodeParser } from '../parse/index.ts';
import { type Ingested, type IngestOptions, ingest, readEventTable } from '../pipeline/index.ts';
import type { EventColumns, SequenceSet } from '../types.ts';
import { ingestOptions } from './log-flags.ts';
import { isSequenceCsv, readSequences, sequenceCsvAmong } from './sequences.ts';
import type { InputWarning } from './warnings.ts';

/** One side of an evaluation as it was read, or the one input that will be split. */
export interface EvaluationSide {
  readonly set: SequenceSet;
  readonly warnings: readonly InputWarning[];
  /** Absent for a sequence CSV. */
  readonly events?: EventColumns;
  readonly sources: readonly string[];
  /** Of the labels in an event CSV. */
  readonly truth?: Truth;
  /** The parser as it was after these logs, where the keys are its templates. */
  readonly parser?: Uint8Array;
  /** The `--session` rule, unless it was the name of a column. */
  readonly session?: string;
}

/** How to read a side. */
export interface SideOptions {
  /** Ground truth that stands in a file of its own. */
  readonly labels: Labels | undefined;
  /** Whether the input itself must hold the labels, may, or does not matter. */
  readonly labelled: 'must' | 'may' | 'no';
  /** Whether a model learns the values of events. */
  readonly values: boolean;
  /** What was learned of keys, which this side has to go by. */
  readonly learned?: LearnedKeys;
}

/** The keys of the training, and the parser that gave them, where one did. */
export interface LearnedKeys {
  readonly keys: readonly string[];
  readonly parser?: Uint8Array;
}

/**
 * Reads a sequence CSV, event CSV files, or logs.
 *
 * @throws CaracalError as `readSequences`, `ingest` and `readEventTable`; `E_USAGE` for an
 *   event CSV without `--key`, `E_FORMAT_INVALID` for sides of different kinds
 */
export async function readSide(
  files: readonly string[],
  args: Readonly<Record<string, unknown>>,
  options: SideOptions,
): Promise<EvaluationSide> {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const csv = areTables(files, args) ? undefined : sequenceCsvAmong(files, text('format'));
  const side = csv === undefined ? await readLogs(files, args, options) : await readCsv(csv, text, options);
  const { learned } = options;
  if (learned && (learned.parser === undefined) !== (side.parser === undefined)) {
    throw new CaracalError(
      'E_FORMAT_INVALID',
      `${files.join(', ')} and the training do not speak of the same keys: one has templates of raw text, the other keys of its own. Give both in the same form.`,
    );
  }
  return side;
}

/** How the logs of a side are read; event CSV by its columns. */
export function sideIngestOptions(files: readonly string[], args: Readonly<Record<string, unknown>>): IngestOptions {
  return ingestOptions({
    ...args,
    ...(areTables(files, args) ? { format: 'event-csv' } : {}),
    ...(sessionColumn(files, args) === undefined ? {} : { session: 'source' }),
  });
}

// --- internal ---

/** Values of `--session` that name no column. */
const RULES: readonly string[] = ['process', 'host', 'app', 'source'];

async function readCsv(
  file: string,
  text: (name: string) => string | undefined,
  { labelled }: SideOptions,
): Promise<EvaluationSide> {
  const columns = { keys: text('keys-column'), id: text('id-column') };
  const label = text('label-column');
  // Training needs no labels; where it has them in the column of the test's, they say what is not normal.
  const unlabelled = (): ReturnType<typeof readSequences> => readSequences(file, columns);
  const read =
    labelled === 'no'
      ? await unlabelled()
      : labelled === 'must'
        ? await readSequences(file, { ...columns, label: label ?? 'label' })
        : await readSequences(file, { ...columns, label }).catch(unlabelled);
  return { set: read.set, warnings: read.warnings, sources: [file] };
}

async function readLogs(
  files: readonly string[],
  args: Readonly<Record<string, unknown>>,
  { labels, labelled, values, learned }: SideOptions,
): Promise<EvaluationSide> {
  const column = sessionColumn(files, args);
  const logs = await ingest(files, {
    ...sideIngestOptions(files, args),
    ...(learned?.parser ? { parser: decodeParser(learned.parser), knownKeys: learned.keys } : {}),
    // The parser that reads goes on learning; values are those of the templates that were learned.
    ...(values ? { values: learned?.parser ? decodeParser(learned.parser) : 'own' } : {}),
  });
  try {
    const table = await tableOf(logs, args, column);
    const sequences = table?.sequences ?? logs.sequences;
    const hasLabels = labelled !== 'no' && table?.labels !== undefined;
    if (labelled === 'must' && !hasLabels) throw noLabels(files, table !== undefined);
    return {
      set: labels?.unit === 'session' ? joinSessions(sequences) : sequences,
      warnings: logs.report.warnings,
      events: logs.events,
      sources: logs.sources.map(({ name }) => name),
      ...(hasLabels ? { truth: truthOfEvents((table.labels ?? []).map(labelIn)) } : {}),
      ...(table?.ownKeys ? {} : { parser: logs.parser.encode() }),
      ...(column === undefined && typeof args.session === 'string' ? { session: args.session } : {}),
    };
  } finally {
    await logs.dispose();
  }
}

function areTables(files: readonly string[], { key, format }: Readonly<Record<string, unknown>>): boolean {
  return format === 'event-csv' || (key !== undefined && files.every((file) => isSequenceCsv(file, undefined)));
}

/** A word that is no rule is a column of the table. */
function sessionColumn(files: readonly string[], args: Readonly<Record<string, unknown>>): string | undefined {
  const { session } = args;
  const word = typeof session === 'string' && /^\w+$/.test(session) && !RULES.includes(session);
  return word && areTables(files, args) ? session : undefined;
}

/** The columns of event CSV files; `undefined` for logs of another kind. */
async function tableOf(logs: Ingested, args: Readonly<Record<string, unknown>>, session: string | undefined) {
  if (!logs.sources.every((source) => source.format === 'event-csv')) return undefined;
  const label = typeof args['label-column'] === 'string' ? args['label-column'] : 'label';
  const { key } = args;
  const file = logs.sources[0]?.name ?? '';
  if (typeof key !== 'string' || key === label) {
    throw new CaracalError(
      'E_USAGE',
      `${file} is an event CSV: name the column of the key or message with --key, and another one for the labels, so that no label is taken for a part of the event.`,
      { file },
    );
  }
  return readEventTable(logs, { key, session, label });
}

function noLabels(files: readonly string[], table: boolean): CaracalError {
  const how = table
    ? 'Name the column that has them with --label-column, or give them with --labels FILE.'
    : 'Give them with --labels FILE: a CSV of sessions, lines or times with a label column, or phases.json.';
  return new CaracalError('E_FORMAT_INVALID', `${files.join(', ')}: the test has no labels. ${how}`);
}
