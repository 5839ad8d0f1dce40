import { joinSessions } from '../evaluate/index.ts';
import { buildSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import type { Ingested } from './ingest.ts';
import { type Cells, readCells } from './table-cells.ts';

const HOUR = 3_600_000;

/** Columns of an event CSV that its rows are asked for. */
export interface EventTableColumns {
  readonly key: string;
  /** Column of the session of each event; the sessions of the logs stay without it. */
  readonly session?: string | undefined;
  /** Column of the label of each event, read where the table has it. */
  readonly label: string;
}

/** What the columns of an event CSV say of the events. */
export interface EventTable {
  /**
   * The sequences of the events. Where the key column holds single words, they are the keys
   * as they are; text goes by its template.
   */
  readonly sequences: SequenceSet;
  /** Whether the keys are those of the column, not templates. */
  readonly ownKeys: boolean;
  /** Cell of the label of each event, `''` where the row has none; absent without such a column. */
  readonly labels?: readonly string[];
}

/**
 * Reads columns of event CSV files by the rows of the events that came of them.
 *
 * @param logs whose sources are all event CSV files
 * @throws CaracalError `E_FORMAT_INVALID` for a column that a file does not have
 */
export async function readEventTable(logs: Ingested, columns: EventTableColumns): Promise<EventTable> {
  const { key, session, label } = columns;
  const cells = await readCells(logs, [
    { name: key, flag: 'key' },
    ...(session === undefined ? [] : [{ name: session, flag: 'session' }]),
    { name: label, flag: 'label-column', optional: true },
  ]);
  const sessions = session === undefined ? undefined : cells.get(session);
  const keys = cells.get(key);
  const labels = cells.get(label);
  const sequences = sessions ? bySession(logs, sessions) : logs.sequences;
  const ownKeys = keys !== undefined && areWords(keys);
  return {
    sequences: ownKeys ? withKeys(sequences, keys) : sequences,
    ownKeys,
    ...(labels ? { labels: Array.from(labels.ids, (id) => labels.values.value(id)) } : {}),
  };
}

/** Whether the cells of a column are single words: keys as they are, no text to find templates in. */
export function areWords({ values }: Cells): boolean {
  for (let id = 0; id < values.size; id++) if (/\s/.test(values.value(id))) return false;
  return true;
}

// --- internal ---

function bySession({ events, sequences }: Ingested, { ids, values }: Cells): SequenceSet {
  const set = buildSequences(events, {
    sessions: ids,
    sessionName: (id) => values.value(id) || '(no session)',
    keyNames: sequences.keyNames,
    timeout: HOUR,
  });
  return joinSessions(sequences.values ? { ...set, values: sequences.values } : set);
}

/** The values are those of templates, so keys as they stand have none. */
function withKeys({ values: _, ...set }: SequenceSet, { ids, values }: Cells): SequenceSet {
  return {
    ...set,
    keys: Int32Array.from(set.events ?? [], (row) => ids[row]!),
    keyNames: Array.from({ length: values.size }, (_, id) => values.value(id)),
  };
}
