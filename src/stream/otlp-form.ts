import { Refusal } from './push-request.ts';
import { isNanoseconds, isObject, type JsonObject, listAt, objectAt, recordLine } from './pushed-record.ts';

/**
 * The `resourceLogs` of OTLP/HTTP in JSON (`POST /v1/logs`, opentelemetry-proto 1.x) as
 * lines of JSON: `@timestamp`, `message`, `level`, the attributes of the record and of its
 * resource, `trace_id` and `span_id`.
 *
 * @throws Refusal 400
 */
export function otlpLines(resourceLogs: readonly unknown[]): string[] {
  const lines: string[] = [];
  for (const [r, given] of resourceLogs.entries()) {
    const place = `resourceLogs[${r}]`;
    const logs = objectAt(given, place);
    const resource = attributesOf(objectAt(logs.resource ?? {}, `${place}.resource`).attributes, `${place}.resource`);
    for (const [s, scope] of listAt(logs.scopeLogs, `${place}.scopeLogs`).entries()) {
      const within = `${place}.scopeLogs[${s}]`;
      const { logRecords, scope: about } = objectAt(scope, within);
      const logger =
        isObject(about) && typeof about.name === 'string' && about.name !== '' ? { logger: about.name } : {};
      for (const [l, record] of listAt(logRecords, `${within}.logRecords`).entries()) {
        lines.push(
          lineOf(objectAt(record, `${within}.logRecords[${l}]`), [resource, logger], `${within}.logRecords[${l}]`),
        );
      }
    }
  }
  return lines;
}

// --- internal ---

function lineOf(record: JsonObject, resource: readonly JsonObject[], place: string): string {
  const body = plainValue(record.body, `${place}.body`, 0);
  const level = textOf(record.severityText) || severity(Number(record.severityNumber));
  const named = {
    ...(level === '' ? {} : { level }),
    ...(textOf(record.eventName) === '' ? {} : { event_name: record.eventName }),
    ...(textOf(record.traceId) === '' ? {} : { trace_id: record.traceId }),
    ...(textOf(record.spanId) === '' ? {} : { span_id: record.spanId }),
  };
  return recordLine({
    nanoseconds: timeOf(record, place),
    message: typeof body === 'string' ? body : body === undefined ? textOf(record.eventName) : JSON.stringify(body),
    fields: [named, attributesOf(record.attributes, place), ...resource],
    fallbacks: FALLBACKS,
  });
}

/** By the names of the `ndjson` format, which knows the others by their semantic conventions. */
const FALLBACKS = { host: ['host.name', 'k8s.node.name', 'server.address'], app: ['service.name'] };

/** The time of the event, or of its observation. */
function timeOf(record: JsonObject, place: string): string {
  for (const name of ['timeUnixNano', 'observedTimeUnixNano']) {
    const text = textOf(record[name]);
    if (text === '' || text === '0') continue;
    if (!isNanoseconds(text))
      throw new Refusal(400, `${place}.${name} is not a number of nanoseconds. Check the sender.`);
    return text;
  }
  return '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? BigInt(Math.trunc(value) || 0).toString() : '';
}

function attributesOf(list: unknown, place: string): JsonObject {
  const attributes: Record<string, unknown> = Object.create(null);
  for (const [a, given] of listAt(list, `${place}.attributes`).entries()) {
    const { key, value } = objectAt(given, `${place}.attributes[${a}]`);
    if (typeof key !== 'string') throw new Refusal(400, `${place}.attributes[${a}] has no key. Check the sender.`);
    attributes[key] = plainValue(value, `${place}.attributes[${a}]`, 0);
  }
  return attributes;
}

/** An `AnyValue` as plain JSON. */
function plainValue(value: unknown, place: string, depth: number): unknown {
  if (value === undefined || value === null) return undefined;
  if (depth > DEEPEST) throw new Refusal(400, `${place} is nested too deeply. Send flatter attributes.`);
  const any = objectAt(value, place);
  if (any.arrayValue !== undefined) {
    const { values } = objectAt(any.arrayValue, place);
    return listAt(values, place).map((inner) => plainValue(inner, place, depth + 1));
  }
  if (any.kvlistValue !== undefined) {
    const pairs: Record<string, unknown> = Object.create(null);
    for (const pair of listAt(objectAt(any.kvlistValue, place).values, place)) {
      const { key, value: inner } = objectAt(pair, place);
      pairs[String(key)] = plainValue(inner, place, depth + 1);
    }
    return pairs;
  }
  return any.stringValue ?? any.intValue ?? any.doubleValue ?? any.boolValue ?? any.bytesValue;
}

const DEEPEST = 32;

/** Name of a SeverityNumber, four of which have one name. */
function severity(number: number): string {
  return number >= 1 && number <= 24 ? (SEVERITIES[Math.floor((number - 1) / 4)] ?? '') : '';
}

const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
