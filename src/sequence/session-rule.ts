import { CaracalError } from '../errors.ts';
import type { RecordBatch, Strings } from '../types.ts';
import { createStringTable } from '../util/tables.ts';

/**
 * How events are grouped into sessions: by process (`host/app[pid]`, events without a
 * pid in one stream per host), by host, by a header field, or by what a regular
 * expression captures in the message.
 */
export type SessionRule =
  | { readonly kind: 'process' }
  | { readonly kind: 'host' }
  | { readonly kind: 'app' }
  | { readonly kind: 'source' }
  | { readonly kind: 'regex'; readonly pattern: RegExp };

const NAMED = ['process', 'host', 'app', 'source'] as const;

/**
 * Reads a `--session` value: `process`, `host`, `app`, `source`, or a regular expression
 * whose first group (or whole match) names the session.
 *
 * @throws CaracalError `E_USAGE` for a pattern that is no regular expression
 *
 * @example
 * parseSessionRule('(blk_-?\\d+)'); // { kind: 'regex', pattern: /(blk_-?\d+)/ }
 */
export function parseSessionRule(text: string): SessionRule {
  const named = NAMED.find((kind) => kind === text);
  if (named) return { kind: named };
  if (/^\w+$/.test(text)) {
    throw new CaracalError(
      'E_USAGE',
      `--session ${text}: no such field. Use ${NAMED.join(', ')}, or a regular expression with a group such as '(blk_-?\\d+)'.`,
    );
  }
  try {
    return { kind: 'regex', pattern: new RegExp(text) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CaracalError('E_USAGE', `--session: ${why}. Give a regular expression that compiles.`, {}, { cause });
  }
}

/** Gives each record its session number; the same name always has the same number. */
export interface Sessionizer {
  sessions(batch: RecordBatch): Int32Array;
  /** Public name of a session number, such as `web01/sshd[4711]`. */
  name(session: number): string;
}

/** A sessionizer with no sessions yet. */
export function createSessionizer(rule: SessionRule): Sessionizer {
  const names = createStringTable();
  const text = new TextDecoder();
  const cache = new Map<string, number>();
  let strings: Strings | undefined;

  const streamOf = (batch: RecordBatch, row: number): string =>
    batch.strings.value(batch.host[row]!) || `source ${batch.source + 1}`;

  const nameOf = (batch: RecordBatch, row: number): string => {
    if (rule.kind === 'regex') {
      const found = rule.pattern.exec(text.decode(batch.bytes.subarray(batch.start[row], batch.end[row])));
      return found ? (found[1] ?? found[0]) : `${streamOf(batch, row)} (no session)`;
    }
    if (rule.kind === 'source') return `source ${batch.source + 1}`;
    const app = batch.strings.value(batch.app[row]!);
    if (rule.kind === 'app') return app || streamOf(batch, row);
    if (rule.kind === 'host' || batch.pid[row]! < 0) return streamOf(batch, row);
    return `${streamOf(batch, row)}/${app}[${batch.pid[row]}]`;
  };

  return {
    sessions: (batch) => {
      const sessions = new Int32Array(batch.count);
      if (batch.strings !== strings) {
        strings = batch.strings;
        cache.clear();
      }
      for (let row = 0; row < batch.count; row++) {
        if (rule.kind === 'regex') {
          sessions[row] = names.intern(nameOf(batch, row));
          continue;
        }
        const header = `${batch.source} ${batch.host[row]} ${batch.app[row]} ${batch.pid[row]}`;
        let session = cache.get(header);
        if (session === undefined) {
          session = names.intern(nameOf(batch, row));
          cache.set(header, session);
        }
        sessions[row] = session;
      }
      return sessions;
    },
    name: (session) => names.value(session),
  };
}
