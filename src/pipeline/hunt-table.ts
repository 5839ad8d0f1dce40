import { CaracalError } from '../errors.ts';
import { entityKindOf } from '../read/index.ts';
import { buildSequences } from '../sequence/index.ts';
import type { EntityKind, EventColumns, SequenceSet, Strings } from '../types.ts';
import { createEntityTable, createStringTable } from '../util/tables.ts';
import { areWords } from './event-table.ts';
import type { Ingested } from './ingest.ts';
import { type Cells, readCells, type WantedColumn } from './table-cells.ts';

/** What channels are made of: a column by its first characters, a field of the logs, or their sources. */
export interface ChannelSpec {
  readonly column: string;
  /** So many characters of it; all unless told. */
  readonly characters?: number;
}

/** Columns that a hunt reads of event tables; logs have their own fields. */
export interface HuntColumns {
  readonly key?: string | undefined;
  /** What happens on different entities makes no burst together: a host, a user. */
  readonly entity?: string | undefined;
  readonly channel?: ChannelSpec | undefined;
  readonly label?: string | undefined;
}

/** What is hunted in: events with their subjects and channels. */
export interface HuntTable {
  readonly logs: Ingested;
  /** Template = key, host = subject. */
  readonly events: EventColumns;
  readonly sequences: SequenceSet;
  /** Whether it came of event tables, whose sequences are streams without an end, not sessions. */
  readonly isTable: boolean;
  /** Channel of each row; absent where the detectors are the channels. */
  readonly channels?: Cells;
  /** Label of each row, where the table has them. */
  readonly labels?: Cells;
  /** Key of a template number, for people. */
  keyText(template: number): string;
  /** The same by its public id. */
  idText(id: string): string;
}

const HOUR = 3_600_000;

/**
 * Makes what is hunted in of logs that were read: raw logs as they are, event tables by the
 * columns that say what happened, to whom and who saw it.
 *
 * @throws CaracalError `E_FORMAT_INVALID` for a column that a table does not have, `E_USAGE`
 * for columns of logs that have none
 */
export async function toHuntTable(logs: Ingested, columns: HuntColumns): Promise<HuntTable> {
  const isTable = logs.sources.length > 0 && logs.sources.every(({ format }) => format === 'event-csv');
  if (isTable) return ofTable(logs, columns);
  if (columns.label !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      `--label-column ${columns.label}: raw logs have no columns. Give an event CSV, or leave it out.`,
    );
  }
  return ofLogs(logs, columns.channel);
}

// --- internal ---

function ofLogs(logs: Ingested, channel: ChannelSpec | undefined): HuntTable {
  const { events, sequences } = logs;
  return {
    logs,
    events,
    sequences,
    isTable: false,
    ...(channel ? { channels: shortened(channelOfLogs(logs, channel.column), channel.characters) } : {}),
    keyText: (template) => logs.template(template).text,
    idText: logs.templateText,
  };
}

function channelOfLogs({ events, sources }: Ingested, column: string): Cells {
  if (column === 'host') return { ids: events.host, values: events.strings };
  if (column !== 'source') return { ids: events.app, values: events.strings };
  const values = createStringTable();
  const names = Int32Array.from(sources, ({ name }) => values.intern(name));
  return { ids: events.source.map((source) => names[source]!), values };
}

async function ofTable(logs: Ingested, { key, entity, channel, label }: HuntColumns): Promise<HuntTable> {
  const cells = await readCells(logs, [
    ...(key === undefined ? [] : [{ name: key, flag: 'key' }]),
    ...(entity === undefined ? [] : [{ name: entity, flag: 'entity' }]),
    ...(channel === undefined ? [] : [{ name: channel.column, flag: 'channel' }]),
    ...(label === undefined ? [] : [{ name: label, flag: 'label-column' }]),
  ] satisfies WantedColumn[]);
  const keys = key === undefined ? undefined : cells.get(key);
  const ownKeys = keys && areWords(keys) ? keys : undefined;
  const hosts = entity === undefined ? undefined : cells.get(entity);
  const channels = channel && shortened(cells.get(channel.column), channel.characters);
  const labels = label === undefined ? undefined : cells.get(label);
  const events: EventColumns = {
    ...logs.events,
    ...(ownKeys ? { template: ownKeys.ids } : {}),
    ...(hosts && entity ? subjects(hosts, entityKindOf(entity) ?? 'host') : {}),
  };
  const keyNames = ownKeys ? allOf(ownKeys.values) : logs.sequences.keyNames;
  return {
    logs,
    events,
    sequences: streamsOf(events, channels, keyNames),
    isTable: true,
    ...(channels ? { channels } : {}),
    ...(labels ? { labels } : {}),
    keyText: ownKeys ? (template) => ownKeys.values.value(template) : (template) => logs.template(template).text,
    idText: ownKeys ? (id) => id : logs.templateText,
  };
}

/** The subject of each row as its host, and as the one entity it is about. */
function subjects({ ids, values }: Cells, kind: EntityKind): Partial<EventColumns> {
  const entityTable = createEntityTable();
  const entities = ids.map((id) => entityTable.intern(kind, values.value(id)));
  return {
    host: ids,
    strings: values,
    entities,
    entityTable,
    entityOffsets: Int32Array.from({ length: ids.length + 1 }, (_, row) => row),
  };
}

/** A stream of events per channel and subject: tables have no sessions. */
function streamsOf(events: EventColumns, channels: Cells | undefined, keyNames: readonly string[]): SequenceSet {
  const names = createStringTable();
  const sessions = Int32Array.from(events.host, (host, row) =>
    names.intern([channels?.values.value(channels.ids[row]!), events.strings.value(host)].filter(Boolean).join('/')),
  );
  return buildSequences(events, { sessions, sessionName: (id) => names.value(id), keyNames, timeout: HOUR });
}

function shortened(cells: Cells, characters: number | undefined): Cells;
function shortened(cells: Cells | undefined, characters: number | undefined): Cells | undefined;
function shortened(cells: Cells | undefined, characters: number | undefined): Cells | undefined {
  if (!cells || characters === undefined) return cells;
  const values = createStringTable();
  const short = Int32Array.from({ length: cells.values.size }, (_, id) =>
    values.intern([...cells.values.value(id)].slice(0, characters).join('')),
  );
  return { ids: cells.ids.map((id) => (id < 0 ? -1 : short[id]!)), values };
}

function allOf(values: Strings): string[] {
  return Array.from({ length: values.size }, (_, id) => values.value(id));
}
