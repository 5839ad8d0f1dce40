import { concatEvents, createParser, type Parser, type ParserOptions } from '../parse/index.ts';
import { type OpenedSource, openLogs, type ReadOptions, type ReadReport } from '../read/index.ts';
import { buildSequences, createSessionizer, type SessionRule } from '../sequence/index.ts';
import type { EventColumns, SequenceSet, Template } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { readEventValues } from './event-values.ts';
import { type Rereadable, rereadable } from './spool.ts';

/** How logs become events and sequences. */
export interface IngestOptions {
  readonly read?: ReadOptions;
  /** Name of the parser; Drain unless told. */
  readonly parserName?: string;
  readonly parsing?: ParserOptions;
  /** How events form sessions; by process unless told. */
  readonly session?: SessionRule;
  /** Silence (ms) after which a session is over; an hour unless told. */
  readonly sessionTimeout?: number;
  /** A parser that has learned already, for judging with a saved model. */
  readonly parser?: Parser;
  /** Public ids that a saved model knows: templates that have changed since go by the id the model knows. */
  readonly knownKeys?: readonly string[];
  /**
   * Also reads the numbers that events carry, for models of values: by the parser itself, or
   * by one that is still as it was when a model was trained. Reads the logs twice.
   */
  readonly values?: 'own' | Parser;
  /** Called now and then with the number of lines read. */
  readonly onLines?: (lines: number) => void;
}

/** Logs as one event table, with the sessions their events belong to. */
export interface Ingested {
  readonly events: EventColumns;
  readonly sequences: SequenceSet;
  /** Sources with the path their lines can be read from again. */
  readonly sources: readonly (OpenedSource & { readonly path: string })[];
  /** Fingerprint of each source's first bytes. */
  readonly generations: readonly string[];
  readonly parser: Parser;
  readonly report: ReadReport;
  /** Public template of an internal number. */
  template(internal: number): Template;
  /** Text of a public template id. */
  templateText(id: string): string;
  /** Forgets what had to be kept aside to read lines again. */
  dispose(): Promise<void>;
}

const FINGERPRINT_BYTES = 1024;
const HOUR = 3_600_000;

/**
 * Reads and parses logs into one event table in time order and groups it into
 * sequences. Log lines are not kept: results lead back to them by source and offset;
 * standard input is put aside for that.
 *
 * @throws CaracalError as `openLogs`
 */
export async function ingest(paths: readonly string[], options: IngestOptions = {}): Promise<Ingested> {
  const files = await rereadable(paths);
  try {
    return await read(files, options);
  } catch (error) {
    await files.dispose();
    throw files.translate(error);
  }
}

// --- internal ---

async function read({ paths, nameOf, dispose }: Rereadable, options: IngestOptions): Promise<Ingested> {
  const reader = await openLogs(paths, options.read);
  const parser = options.parser ?? createParser(options.parserName ?? 'drain', options.parsing);
  const sessionizer = createSessionizer(options.session ?? { kind: 'process' });
  const parts: EventColumns[] = [];
  const sessions: Int32Array[] = [];
  const generations: string[] = reader.sources.map(() => '');
  let lines = 0;
  for await (const batch of reader.batches()) {
    parts.push(parser.parse(batch));
    sessions.push(sessionizer.sessions(batch));
    generations[batch.source] ||= contentId([batch.bytes.subarray(0, FINGERPRINT_BYTES).join(' ')]);
    lines += batch.count;
    options.onLines?.(lines);
  }
  const events = concatEvents(parts);
  const ids = keyNames(parser, events, options.knownKeys ?? []);
  unite(events.template, ids);
  const texts = new Map(parser.templates().map(({ id, text }) => [id, text]));
  const report = reader.report();
  const sequences = buildSequences(events, {
    sessions: joined(sessions, events.count),
    sessionName: sessionizer.name,
    keyNames: ids,
    timeout: options.sessionTimeout ?? HOUR,
  });
  const own = options.values === 'own' ? parser : options.values;
  const values = own && (await readEventValues(paths, options.read, events, ids, own));
  return {
    events,
    sequences: values ? { ...sequences, values } : sequences,
    sources: reader.sources.map((source) => ({ ...source, path: source.name, name: nameOf(source.name) })),
    generations,
    parser,
    report: { ...report, warnings: report.warnings.map((warning) => ({ ...warning, file: nameOf(warning.file) })) },
    template: (internal) => parser.templateOf(internal),
    templateText: (id) => texts.get(id) ?? parser.resolve(id)?.text ?? id,
    dispose,
  };
}

/** Public id of each internal number, in the words of a saved model where it has its own. */
function keyNames(parser: Parser, events: EventColumns, knownKeys: readonly string[]): string[] {
  const known = new Map(knownKeys.map((id) => [parser.resolve(id)?.id ?? id, id]));
  let most = -1;
  for (const template of events.template) most = Math.max(most, template);
  return Array.from({ length: most + 1 }, (_, internal) => {
    const { id } = parser.templateOf(internal);
    return known.get(id) ?? id;
  });
}

/** Gives templates that have come to the same id one number, the first. */
function unite(templates: Int32Array, ids: readonly string[]): void {
  const first = new Map<string, number>();
  const numbers = Int32Array.from(ids, (id, number) => {
    if (!first.has(id)) first.set(id, number);
    return first.get(id) ?? number;
  });
  for (let row = 0; row < templates.length; row++) templates[row] = numbers[templates[row]!]!;
}

function joined(parts: readonly Int32Array[], length: number): Int32Array {
  const whole = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
