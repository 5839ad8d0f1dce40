import type { ArgsDef } from 'citty';
import { CaracalError } from '../errors.ts';
import { DEEPLOG_DEFAULTS } from '../models/deeplog.ts';
import { detectors, FOLDS } from '../models/index.ts';
import { lineFormats } from '../read/index.ts';

/** Flags that mean the same in every command. */
export const flags = {
  json: { type: 'boolean', description: 'NDJSON on stdout instead of tables' },
  seed: { type: 'string', default: '1', valueHint: 'n', description: 'seed of everything random' },
  threads: { type: 'string', valueHint: 'n', description: 'compute threads (default: all cores)' },
  format: {
    type: 'string',
    valueHint: 'name',
    description: `input format (default: detected per file): ${lineFormats.map(({ name }) => name).join(', ')}`,
  },
  'log-format': {
    type: 'string',
    valueHint: 'header',
    description: "header of every line, as in '<Date> <Time> <Level> <Component>: <Content>'",
  },
  'record-start': {
    type: 'string',
    valueHint: 'regex',
    description: 'what the first line of a record matches; other lines are joined to it',
  },
  time: { type: 'string', valueHint: 'field', description: 'JSON, event CSV: field of the time' },
  key: { type: 'string', valueHint: 'field', description: 'JSON, event CSV: field of the message or event key' },
  entity: {
    type: 'string',
    valueHint: 'field,field',
    description: 'JSON, event CSV: fields of users, addresses, hosts',
  },
  channel: { type: 'string', valueHint: 'field', description: 'JSON, event CSV: field of the sensor or program' },
  year: { type: 'string', valueHint: 'yyyy', description: 'year of the first line, where lines have none' },
  timezone: { type: 'string', valueHint: 'zone', description: 'time zone of lines without one (default: UTC)' },
  session: {
    type: 'string',
    valueHint: 'rule',
    description: 'process, host, app, source, or a regular expression with a group',
  },
  model: {
    type: 'string',
    default: 'deeplog',
    valueHint: 'name',
    description: `kind of model to train: ${Object.keys(detectors).join(', ')}`,
  },
  'model-dir': {
    type: 'string',
    valueHint: 'dir',
    description: 'model directory to load, or a store: its current model',
  },
  'validation-split': {
    type: 'string',
    default: '0.15',
    valueHint: 'share',
    description: 'share of the training sequences held out to stop and to choose thresholds',
  },
  folds: {
    type: 'string',
    default: String(FOLDS),
    valueHint: 'n',
    description: 'where that share is too few: parts held out in turn, thresholds from all; 1 for the share alone',
  },
  score: { type: 'string', default: 'nll', valueHint: 'nll|top-k', description: 'what a sequence is judged by' },
  'keys-column': { type: 'string', valueHint: 'name', description: 'sequence CSV: column of the keys' },
  'label-column': { type: 'string', valueHint: 'name', description: 'sequence CSV: column of the labels' },
  'id-column': { type: 'string', valueHint: 'name', description: 'sequence CSV: column of the ids' },
} as const satisfies ArgsDef;

/** The training flags of a command, with the numbers that DeepLog takes there unless told. */
export function trainingFlagsWith(defaults: Readonly<Partial<typeof DEEPLOG_DEFAULTS>>) {
  const deeplog = { ...DEEPLOG_DEFAULTS, ...defaults };
  const number = (what: string, valueHint: string, value: number) =>
    ({ type: 'string', valueHint, description: `${what} (deeplog: ${value})` }) as const;
  return {
    model: flags.model,
    window: number('keys of history; logmamba takes the whole session unless told', 'n', deeplog.window),
    embedding: number('embedding size', 'n', deeplog.embedding),
    hidden: number('hidden units per layer', 'n', deeplog.hidden),
    layers: number('layers', 'n', deeplog.layers),
    'batch-size': number('windows per training step', 'n', deeplog.batchSize),
    epochs: number('most epochs of training', 'n', deeplog.epochs),
    lr: number('learning rate', 'x', deeplog.lr),
    'validation-split': flags['validation-split'],
    seed: flags.seed,
    threads: flags.threads,
  } as const satisfies ArgsDef;
}

/** The training flags, for commands that train one model at leisure. */
export const trainingFlags = { ...trainingFlagsWith({}), folds: flags.folds } as const satisfies ArgsDef;

/**
 * A number from a flag, `undefined` where it was not given.
 *
 * @throws CaracalError `E_USAGE` unless it is a number in the range
 */
export function numberFlag(
  name: string,
  text: string | undefined,
  range: { readonly least?: number; readonly most?: number; readonly whole?: boolean } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, whole = false } = range;
  if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    const bounds = [
      least > Number.NEGATIVE_INFINITY ? `at least ${least}` : '',
      most < Number.POSITIVE_INFINITY ? `at most ${most}` : '',
    ].filter(Boolean);
    throw new CaracalError(
      'E_USAGE',
      `--${name} ${text.trim() || 'is empty'}: give a ${whole ? 'whole number' : 'number'}${bounds.length > 0 ? `, ${bounds.join(' and ')}` : ''}.`,
    );
  }
  return value;
}

/**
 * A time from a flag as epoch ms, `undefined` where it was not given; without a zone it is UTC.
 *
 * @throws CaracalError `E_USAGE` unless it is ISO 8601
 */
export function timeFlag(name: string, value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) || !value.includes('T') ? value : `${value}Z`);
  if (Number.isNaN(time)) {
    throw new CaracalError('E_USAGE', `--${name} ${value}: is no time. Give ISO 8601, such as 2017-04-01T00:00:00Z.`);
  }
  return time;
}

/** Training options from parsed flags; what was not given is left to the detector's defaults. */
export function trainingOptions(args: Readonly<Record<string, unknown>>): TrainingOptions {
  // Bounds that no machine reaches: a slip of the finger is a message, not an exhausted memory.
  const size = { least: 1, most: 4096, whole: true };
  const amount = { least: 1, most: 1_000_000, whole: true };
  const read = (name: string, range: { least?: number; most?: number; whole?: boolean }): number | undefined => {
    const value = args[name];
    return numberFlag(name, typeof value === 'string' ? value : undefined, range);
  };
  const chosen = {
    threads: read('threads', { ...size, most: 1024 }),
    window: read('window', { ...size, most: 1000 }),
    embedding: read('embedding', size),
    hidden: read('hidden', size),
    layers: read('layers', { ...size, most: 32 }),
    batchSize: read('batch-size', amount),
    epochs: read('epochs', amount),
    folds: read('folds', { least: 1, most: 20, whole: true }),
    lr: read('lr', { least: Number.MIN_VALUE }),
  };
  return {
    seed: read('seed', { least: 0, most: 2 ** 32 - 1, whole: true }) ?? 1,
    validationSplit: read('validation-split', { least: 0, most: 0.9 }) ?? 0.15,
    ...(Object.fromEntries(
      Object.entries(chosen).filter(([, value]) => value !== undefined),
    ) as Partial<TrainingOptions>),
  };
}

/** What the training flags say. */
export interface TrainingOptions {
  readonly seed: number;
  readonly validationSplit: number;
  readonly folds?: number;
  readonly threads?: number;
  readonly window?: number;
  readonly embedding?: number;
  readonly hidden?: number;
  readonly layers?: number;
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly lr?: number;
}
