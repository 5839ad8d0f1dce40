import { lokiLines } from './loki-form.ts';
import { otlpLines } from './otlp-form.ts';
import { headerOf, type PushRequest, type PushResponse, Refusal } from './push-request.ts';
import { isObject } from './pushed-record.ts';

/** How a body is to be read, by its content type. */
export type BodyForm = 'lines' | 'json';

/** The lines of a body: bytes with line ends, or texts that have none. */
export interface PushedLines {
  readonly lines: Uint8Array | readonly string[];
  /** Who is to be answered: each protocol has its own way to say yes. */
  readonly sender: 'loki' | 'otlp' | 'other';
}

/**
 * How the body of a request is to be read.
 *
 * @throws Refusal 415 that names what to set in the sender
 */
export function formOf(request: PushRequest): BodyForm {
  const given = headerOf(request, 'content-type').toLowerCase();
  const type = given.split(';', 1)[0]?.trim() ?? '';
  const charset = /charset="?([^";\s]+)/.exec(given)?.[1] ?? 'utf-8';
  if (!CHARSETS.has(charset)) {
    throw refused(`Text in ${charset} is not read. Send UTF-8.`);
  }
  if (LINES.has(type)) return 'lines';
  if (type === 'application/json') return 'json';
  if (PROTOBUF.has(type)) {
    throw refused(
      request.url.includes('loki')
        ? 'Loki\'s protobuf form is not read, only its JSON form: Fluent Bit and Fluentd send it as they are, Vector\'s loki sink with compression = "gzip" or "none". Promtail and Alloy cannot: let them write syslog, or follow the files.'
        : 'OTLP in protobuf is not read, only in JSON: set encoding: json in the otlphttp exporter of the Collector, or OTEL_EXPORTER_OTLP_PROTOCOL=http/json.',
    );
  }
  throw refused(
    `${type === '' ? 'A body without a content type' : `The content type ${type.slice(0, 100)}`} is not read. Set the sender's to application/x-ndjson, text/plain, or application/json (Loki, OTLP, or objects).`,
  );
}

/**
 * The lines of a body.
 *
 * @throws Refusal 400 that names the place of what is wrong
 */
export function linesOf(form: BodyForm, body: Buffer): PushedLines {
  if (form === 'lines') return { lines: body, sender: 'other' };
  try {
    return jsonLines(JSON.parse(body.toString('utf8')));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'is nested too deeply';
    throw new Refusal(400, `The body ${reason}. Check the sender, or send one object a line as application/x-ndjson.`);
  }
}

/** How each protocol says that lines were stored. */
export function acceptance(sender: string, lines: number): PushResponse {
  if (sender === 'loki') return { status: 204, headers: {}, body: '' };
  const answer = sender === 'otlp' ? { partialSuccess: {} } : { accepted: lines };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}

// --- internal ---

const LINES = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/json-lines',
  'text/plain',
]);
const PROTOBUF = new Set(['application/x-protobuf', 'application/protobuf', 'application/vnd.google.protobuf']);
const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii']);

function jsonLines(value: unknown): PushedLines {
  if (isObject(value) && Array.isArray(value.streams)) return { lines: lokiLines(value.streams), sender: 'loki' };
  if (isObject(value) && Array.isArray(value.resourceLogs)) {
    return { lines: otlpLines(value.resourceLogs), sender: 'otlp' };
  }
  const records = Array.isArray(value) ? value : [value];
  const lines = records.map((record, i) => {
    if (typeof record === 'string') return record;
    if (isObject(record)) return JSON.stringify(record);
    throw new Refusal(400, `[${i}] is neither an object nor a text. Send an array of objects, or one object.`);
  });
  return { lines, sender: 'other' };
}

function refused(detail: string): Refusal {
  return new Refusal(415, detail);
}
