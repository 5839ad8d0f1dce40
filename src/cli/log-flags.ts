import type { ArgsDef } from 'citty';
import type { IngestOptions } from '../pipeline/index.ts';
import { parseSessionRule } from '../sequence/index.ts';
import { flags, numberFlag } from './flags.ts';
import { parserFlags, parserOptions } from './parser-flags.ts';

/** Flags of every command that reads raw logs. */
export const readFlags = {
  format: flags.format,
  'log-format': flags['log-format'],
  'record-start': flags['record-start'],
  time: flags.time,
  key: flags.key,
  entity: flags.entity,
  channel: flags.channel,
  year: flags.year,
  timezone: flags.timezone,
  session: flags.session,
} as const satisfies ArgsDef;

/** Flags of every command that finds templates in raw logs by itself. */
export const logFlags = { ...readFlags, ...parserFlags } as const satisfies ArgsDef;

/** How the flags say that logs are to be read. */
export function ingestOptions(args: Readonly<Record<string, unknown>>): IngestOptions {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const session = text('session');
  return {
    read: {
      format: text('format'),
      logFormat: text('log-format'),
      recordStart: text('record-start'),
      fields: {
        time: text('time'),
        key: text('key'),
        channel: text('channel'),
        entity: text('entity')
          ?.split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      },
      year: numberFlag('year', text('year'), { least: 1970, most: 9999, whole: true }),
      timezone: text('timezone'),
    },
    ...parserOptions(args),
    ...(session === undefined ? {} : { session: parseSessionRule(session) }),
  };
}
