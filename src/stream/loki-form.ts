import { Refusal } from './push-request.ts';
import { isNanoseconds, listAt, objectAt, recordLine } from './pushed-record.ts';

/**
 * The `streams` of Loki's JSON push form (`POST /loki/api/v1/push`) as lines of JSON:
 * `@timestamp`, `message`, the labels and the structured metadata of the entry.
 *
 * @throws Refusal 400
 */
export function lokiLines(streams: readonly unknown[]): string[] {
  return streams.flatMap((given, s) => {
    const stream = objectAt(given, `streams[${s}]`);
    const labels = objectAt(stream.stream ?? {}, `streams[${s}].stream`);
    return listAt(stream.values, `streams[${s}].values`).map((entry, v) => {
      const [time, message, metadata = {}] = Array.isArray(entry) ? entry : [];
      const place = `streams[${s}].values[${v}]`;
      if (typeof time !== 'string' || !isNanoseconds(time) || typeof message !== 'string') {
        throw new Refusal(400, `${place} is not ["nanoseconds", "line"]. Check the version of the sender.`);
      }
      const fields = [objectAt(metadata, `${place}[2]`), labels];
      return recordLine({ nanoseconds: time, message, fields, fallbacks: FALLBACKS });
    });
  });
}

// --- internal ---

/** Labels that agents set, by the names of the `ndjson` format. */
const FALLBACKS = {
  host: ['hostname', 'host.name', 'nodename', 'node_name', 'node', 'instance'],
  app: ['service', 'service_name', 'application', 'program', 'syslog_identifier', 'unit', 'container', 'job'],
  level: ['severity', 'detected_level'],
};
