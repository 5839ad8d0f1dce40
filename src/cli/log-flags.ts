import type { ArgsDef } from 'citty';
import type { IngestOptions } from '../pipeline/index.ts';
import { parseSessionRule } from '../sequence/index.ts';
import { flags, numberFlag } from './flags.ts';

/** Flags of every command that reads raw logs. */
export const logFlags = {
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
  'sim-threshold': {
    type: 'string',
    valueHint: 'share',
    description: 'Drain: similarity from which a line joins a template',
  },
  depth: { type: 'string', valueHint: 'n', description: 'Drain: depth of the tree' },
  'max-children': { type: 'string', valueHint: 'n', description: 'Drain: most children of a node' },
} as const satisfies ArgsDef;

/** How the flags say that logs are to be read. */
export function ingestOptions(args: Readonly<Record<string, unknown>>): IngestOptions {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const session = text('session');
  const drain = {
    simThreshold: numberFlag('sim-threshold', text('sim-threshold'), { least: 0, most: 1 }),
    depth: numberFlag('depth', text('depth'), { least: 3, most: 20, whole: true }),
    maxChildren: numberFlag('max-children', text('max-children'), { least: 2, whole: true }),
  };
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
    drain: Object.fromEntries(Object.entries(drain).filter(([, value]) => value !== undefined)),
    ...(session === undefined ? {} : { session: parseSessionRule(session) }),
  };
}
