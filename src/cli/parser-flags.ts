import type { ArgsDef } from 'citty';
import { CaracalError } from '../errors.ts';
import { type ParserOptions, parserNames } from '../parse/index.ts';
import { readDrain3Ini } from './drain3-ini.ts';
import { numberFlag } from './flags.ts';

/** Flags of every command that parses raw logs. */
export const parserFlags = {
  parser: { type: 'string', valueHint: parserNames.join('|'), description: 'how templates are found (default: drain)' },
  depth: { type: 'string', valueHint: 'n', description: 'Drain: depth of the tree' },
  'sim-threshold': {
    type: 'string',
    valueHint: 'share',
    description: 'Drain: similarity from which a line joins a template',
  },
  'max-children': { type: 'string', valueHint: 'n', description: 'Drain: most children of a node' },
  protect: { type: 'string', valueHint: 'a,b', description: 'Drain: words that never become parameters' },
  delimiters: {
    type: 'string',
    valueHint: 'chars',
    description: 'Drain: characters that separate tokens as blanks do, such as =:,',
  },
  'drain3-ini': {
    type: 'string',
    valueHint: 'file',
    description: 'Drain: settings and masks of a Drain3 configuration',
  },
  tau: {
    type: 'string',
    valueHint: 'share',
    description: 'Spell: share of its words that a line has in common with its template',
  },
  'leaf-num': { type: 'string', valueHint: 'n', description: 'FT-Tree: branches from which on words are parameters' },
  'short-threshold': {
    type: 'string',
    valueHint: 'n',
    description: 'FT-Tree: lines of fewer words are reported apart',
  },
} as const satisfies ArgsDef;

/**
 * The parser that the flags name, with its settings.
 *
 * @throws CaracalError `E_USAGE` for a name that is none, or a number out of range
 */
export function parserOptions(args: Readonly<Record<string, unknown>>): {
  readonly parserName: string;
  readonly parsing: ParserOptions;
} {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const parserName = text('parser') ?? 'drain';
  if (!parserNames.includes(parserName)) {
    throw new CaracalError(
      'E_USAGE',
      `--parser ${parserName}: there is no such parser. Use ${parserNames.join(', ')}.`,
    );
  }
  const whole = { least: 0, whole: true };
  const chosen = {
    depth: numberFlag('depth', text('depth'), { ...whole, least: 3, most: 20 }),
    simThreshold: numberFlag('sim-threshold', text('sim-threshold'), { least: 0, most: 1 }),
    maxChildren: numberFlag('max-children', text('max-children'), { ...whole, least: 2, most: 1_000_000 }),
    protectedWords: text('protect')?.split(',').filter(Boolean),
    delimiters: text('delimiters'),
    tau: numberFlag('tau', text('tau'), { least: 0.01, most: 1 }),
    leafNum: numberFlag('leaf-num', text('leaf-num'), { ...whole, least: 1, most: 1_000_000 }),
    shortThreshold: numberFlag('short-threshold', text('short-threshold'), { ...whole, most: 250 }),
  };
  const ini = text('drain3-ini');
  return {
    parserName,
    parsing: {
      ...(ini === undefined ? {} : readDrain3Ini(ini)),
      ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)),
    },
  };
}
