import { CaracalError } from '../errors.ts';
import { readRanges, readWhole } from '../read/index.ts';
import { calibrate, fitSurprise } from '../score/index.ts';
import { createStringTable } from '../util/tables.ts';
import { decodeUtf8 } from '../util/utf8.ts';
import { type Channel, FLAG_SURPRISE } from './channel.ts';
import type { HuntTable } from './hunt-table.ts';
import type { Ingested } from './ingest.ts';

/** What is hunted in, with the scores that came with it. */
export interface ScoredTable extends HuntTable {
  readonly scores: Float32Array;
  /** Whether all events were written, not the flagged ones alone. */
  readonly complete: boolean;
}

/** Whether logs are what `caracal detect --json` prints. */
export async function areScoredEvents({ sources, events }: Ingested): Promise<boolean> {
  const [source] = sources;
  if (sources.length !== 1 || source?.format !== 'ndjson' || events.count === 0) return false;
  const [line = ''] = await readRanges(source.path, [{ offset: events.offset[0]!, length: events.length[0]! }]);
  return line.startsWith('{"type":"event"');
}

/**
 * Events that a model scored already, as `caracal detect --json` prints them: their keys,
 * hosts (of the session's name) and channels; the model's scores stand in for those that a
 * hunt would make itself.
 *
 * @throws CaracalError `E_FORMAT_INVALID` for a line without a score
 */
export async function ofScoredEvents(logs: Ingested): Promise<ScoredTable> {
  const { events, sources } = logs;
  const file = sources[0]?.name ?? '';
  const bytes = await readWhole(sources[0]?.path ?? '');
  const [keys, hosts, channels] = [createStringTable(), createStringTable(), createStringTable()];
  const template = new Int32Array(events.count);
  const host = new Int32Array(events.count);
  const channel = new Int32Array(events.count);
  const scores = new Float32Array(events.count);
  const time = events.time.slice();
  let complete = false;
  for (let row = 0; row < events.count; row++) {
    const begin = events.offset[row]!;
    const event = parsed(decodeUtf8(bytes, begin, begin + events.length[row]!));
    const isEvent = event.type === 'event';
    if (isEvent && typeof event.score !== 'number') {
      throw new CaracalError(
        'E_FORMAT_INVALID',
        `${file}: line ${events.line[row]} has no score. Give what caracal detect --json prints.`,
        { file, line: events.line[row]! },
      );
    }
    // Warnings and the summary are no events.
    if (!isEvent) time[row] = Number.NaN;
    template[row] = keys.intern(String(event.template ?? ''));
    host[row] = hosts.intern(String(event.host ?? String(event.session ?? '').split('/')[0]));
    channel[row] = channels.intern(String(event.channel ?? ''));
    scores[row] = Number(event.score ?? 0);
    if (isEvent && Array.isArray(event.flags) && event.flags.length === 0) complete = true;
  }
  const several = new Set(channel.filter((_, row) => !Number.isNaN(time[row]!))).size > 1;
  return {
    logs,
    scores,
    complete,
    events: { ...events, time, template, host, strings: hosts },
    sequences: {
      count: 0,
      ids: [],
      offsets: new Int32Array(1),
      keys: new Int32Array(0),
      keyNames: [],
      closed: new Uint8Array(0),
      events: new Int32Array(0),
    },
    isTable: true,
    ...(several ? { channels: { ids: channel, values: channels } } : {}),
    keyText: (number) => keys.value(number),
    idText: (id) => id,
  };
}

/**
 * The channel of scores that came with the events: flagged beyond what 99.5 % of normal time
 * has; where only flagged events were written, all of them are.
 */
export function scoredChannel({ events, scores, complete }: ScoredTable, isNormal: (row: number) => boolean): Channel {
  const normal = scores.filter((_, row) => isNormal(row));
  const { of } = fitSurprise(normal);
  const surprise = scores.map((score) => of(score) + (complete ? 0 : FLAG_SURPRISE));
  const flagged = surprise.map((value, row) => (!Number.isNaN(events.time[row]!) && value >= FLAG_SURPRISE ? 1 : 0));
  return {
    name: 'sequence',
    score: scores,
    surprise,
    flagged: Uint8Array.from(flagged),
    calibration: calibrate(normal),
    modelHash: '',
    facts: (row) => [
      { fact: events.template[row]!, surprise: surprise[row]!, text: `score ${scores[row]!.toFixed(2)}` },
    ],
  };
}

// --- internal ---

function parsed(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
