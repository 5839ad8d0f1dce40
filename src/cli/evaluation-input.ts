import type { ArgsDef } from 'citty';
import { CaracalError } from '../errors.ts';
import { type Labels, splitByTime, type TestEvents, type Truth, truthOf } from '../evaluate/index.ts';
import { learnTemplates } from '../pipeline/index.ts';
import { type Split, splitSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { labelledPart, normalPart, readLabels, truthOfSide } from './evaluation-labels.ts';
import { type EvaluationSide, type LearnedKeys, readSide, sideIngestOptions } from './evaluation-side.ts';
import { flags, numberFlag } from './flags.ts';
import { logFlags } from './log-flags.ts';
import type { InputWarning } from './warnings.ts';

/** Share of one input that is the test, unless told. */
const TEST_SPLIT = 0.15;

/** Flags of the commands that judge detectors against labels. */
export const evaluationFlags = {
  file: { type: 'positional', required: false, description: 'one labelled input, to be split; or --train and --test' },
  train: { type: 'string', valueHint: 'file', description: 'normal sessions: sequence CSV, event CSV, or logs' },
  test: { type: 'string', valueHint: 'file', description: 'the same with labels' },
  labels: { type: 'string', valueHint: 'file', description: 'labels of sessions, lines or times: CSV or JSON' },
  split: {
    type: 'string',
    valueHint: 'session|time',
    description: 'how sessions are held out: at random, or the last (default: time for one input of logs)',
  },
  'test-split': {
    type: 'string',
    valueHint: 'share',
    description: `share of one input that is the test (default: ${TEST_SPLIT})`,
  },
  ...logFlags,
  session: { ...flags.session, description: `${flags.session.description}; a column of an event CSV` },
  'keys-column': flags['keys-column'],
  'label-column': { ...flags['label-column'], description: 'sequence CSV, event CSV, labels: column of the labels' },
  'id-column': { ...flags['id-column'], description: 'sequence CSV, labels: column of the ids' },
} as const satisfies ArgsDef;

/** What a detector learns from and what it is judged on. */
export interface EvaluationInput {
  readonly train: SequenceSet;
  readonly test: SequenceSet;
  readonly testEvents: TestEvents;
  /** How sessions are held out of the training, where not at random. */
  readonly holdOut?: (set: SequenceSet, share: number, seed: number) => Split;
  readonly warnings: readonly InputWarning[];
  /** The parser as it was after the training logs, for keys that are its templates. */
  readonly parser?: Uint8Array;
  readonly session?: string;
  /** How it came about, for the report. */
  readonly input: InputFacts;
}

/** How training and test were made of what was given. */
export interface InputFacts {
  readonly train: string;
  readonly test: string;
  /** What the templates of raw text were learned from: the training, or all of one input before it was split. */
  readonly templates?: 'training' | 'all';
  /** What one label is of. */
  readonly labels: 'session' | 'event';
  /** Labels that fit nothing in the test. */
  readonly unmatchedLabels: number;
  /** Test sessions without a label, which are not judged. */
  readonly unlabelledSessions: number;
  readonly split: {
    readonly by: 'files' | 'session' | 'time';
    readonly share?: number;
    /** ISO 8601, where the test begins. */
    readonly at?: string;
    /** Sessions that go on across that moment: left out where labels are of sessions, else cut in two. */
    readonly across?: number;
  };
}

type Args = Readonly<Record<string, unknown>> & { readonly _: readonly string[] };

/**
 * Reads what `evaluate` and `compare` judge: two inputs, or one that is split.
 *
 * @param values whether a model learns the values of events, for which logs are read twice
 * @throws CaracalError `E_USAGE`, and as `readSide` and `truthOfSide`
 */
export async function readEvaluation(args: Args, values: boolean): Promise<EvaluationInput> {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const [train, test, split] = [text('train'), text('test'), text('split')];
  if (split !== undefined && split !== 'session' && split !== 'time') {
    throw new CaracalError('E_USAGE', `--split ${split}: use session or time.`);
  }
  const one = args._.length > 0 && train === undefined && test === undefined;
  if (!one && (args._.length > 0 || train === undefined || test === undefined)) {
    throw new CaracalError(
      'E_USAGE',
      'what to judge is not clear. Give --train FILE and --test FILE, or one labelled input that will be split.',
    );
  }
  const share = numberFlag('test-split', text('test-split'), { least: 0.01, most: 0.9 });
  if (!one && share !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      '--test-split takes a part of one input for the test, and there are two. Leave it out, or give the one input alone.',
    );
  }
  const labels = await readLabels(text('labels'), { label: text('label-column'), id: text('id-column') });
  return train === undefined || test === undefined
    ? readOne({ args, labels, values }, share ?? TEST_SPLIT, split)
    : readTwo({ args, labels, values }, train, test, split ?? 'session');
}

// --- internal ---

/** How both sides are read. */
interface Reading {
  readonly args: Args;
  readonly labels: Labels | undefined;
  readonly values: boolean;
}

async function readTwo(
  { args, labels, values }: Reading,
  trainFile: string,
  testFile: string,
  split: 'session' | 'time',
): Promise<EvaluationInput> {
  const train = await readSide([trainFile], args, { labels, labelled: 'may', values });
  const labelled = labels === undefined ? 'must' : 'no';
  const learned = { keys: train.set.keyNames, ...(train.parser ? { parser: train.parser } : {}) };
  const test = await readSide([testFile], args, { labels, labelled, values, learned });
  const { truth, unmatched, warnings } = truthOfSide(test, labels);
  const judged = labelledPart(test.set, truth, testFile);
  const normal = normalPart(
    train.set,
    labels && namesItsFiles(labels) ? truthOf(labels, train).truth : train.truth,
    trainFile,
  );
  return {
    train: normal.set,
    test: judged.set,
    testEvents: testEventsOf(truth, test.events?.time),
    ...holdOutBy(split, truth),
    warnings: [...train.warnings, ...normal.warnings, ...test.warnings, ...warnings, ...judged.warnings],
    ...savedWith(train),
    input: {
      train: trainFile,
      test: testFile,
      ...(train.parser ? { templates: 'training' } : {}),
      labels: truth?.unit ?? 'session',
      unmatchedLabels: unmatched,
      unlabelledSessions: judged.unlabelled,
      split: { by: 'files' },
    },
  };
}

async function readOne(
  { args, labels, values }: Reading,
  share: number,
  told: 'session' | 'time' | undefined,
): Promise<EvaluationInput> {
  const name = args._.join(', ');
  const labelled = labels === undefined ? 'must' : 'no';
  const whole = await readSide(args._, args, { labels, labelled, values });
  const { truth, unmatched, warnings } = truthOfSide(whole, labels);
  const time = whole.events?.time;
  const by = told ?? (time?.some((at) => !Number.isNaN(at)) ? 'time' : 'session');
  const partsOf = ({ set }: EvaluationSide) =>
    by === 'time' ? splitByTime(set, share, truth?.unit !== 'event') : atRandom(set, share);
  const learned = by === 'time' ? await keysUntil(partsOf(whole).row, whole, args) : undefined;
  const side = learned ? await readSide(args._, args, { labels, labelled, values, learned }) : whole;
  const parts = partsOf(side);
  if (parts.before.count === 0 || parts.after.count === 0) {
    throw new CaracalError(
      'E_TOO_LITTLE_DATA',
      `${name}: --test-split ${share} by ${by} leaves nothing ${parts.after.count === 0 ? 'to judge' : 'to learn from'}, with ${parts.across} sessions that go on across it. Use another share or --split, or give more sessions.`,
    );
  }
  const judged = labelledPart(parts.after, truth, name);
  const normal = normalPart(parts.before, truth, name);
  const at = time?.[parts.row] ?? Number.NaN;
  return {
    train: normal.set,
    test: judged.set,
    testEvents: testEventsOf(truth, by === 'time' ? time : undefined),
    ...holdOutBy(by, truth),
    warnings: [...side.warnings, ...normal.warnings, ...warnings, ...judged.warnings],
    ...savedWith(learned ? { ...side, ...learned } : side),
    input: {
      train: name,
      test: name,
      ...(side.parser ? { templates: learned ? 'training' : 'all' } : {}),
      labels: truth?.unit ?? 'session',
      unmatchedLabels: unmatched,
      unlabelledSessions: judged.unlabelled,
      split: {
        by,
        share,
        ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }),
        ...(by === 'time' ? { across: parts.across } : {}),
      },
    },
  };
}

/**
 * The templates of what came before the test, so that nothing of the test shapes a key of
 * the training. Standard input can be read but once.
 */
async function keysUntil(
  row: number,
  { parser }: EvaluationSide,
  args: Args,
): Promise<Required<LearnedKeys> | undefined> {
  if (!parser || args._.includes('-')) return undefined;
  const before = await learnTemplates(args._, row, sideIngestOptions(args._, args));
  return { keys: before.templates().map(({ id }) => id), parser: before.encode() };
}

/** The part does not depend on the seeds that are compared: all of them are judged on the same sessions. */
function atRandom(set: SequenceSet, share: number) {
  const { train, validation } = splitSequences(set, share, 1);
  return { before: train, after: validation, row: -1, across: 0 };
}

function holdOutBy(by: 'session' | 'time', truth: Truth | undefined): Pick<EvaluationInput, 'holdOut'> {
  if (by === 'session') return {};
  const holdOut = (set: SequenceSet, share: number): Split => {
    const { before, after } = splitByTime(set, share, truth?.unit !== 'event');
    return { train: before, validation: after };
  };
  return { holdOut };
}

function testEventsOf(truth: Truth | undefined, time: Float64Array | undefined): TestEvents {
  return { ...(time ? { time } : {}), ...(truth?.unit === 'event' ? { labels: truth.events } : {}) };
}

/** Lines alone would be those of both files. */
function namesItsFiles(labels: Labels): boolean {
  return labels.unit !== 'line' || labels.lines.every(({ source }) => source !== '');
}

/** What a model directory needs to judge raw logs like these. */
function savedWith({
  parser,
  session,
}: Pick<EvaluationSide, 'parser' | 'session'>): Pick<EvaluationInput, 'parser' | 'session'> {
  return parser ? { parser, ...(session === undefined ? {} : { session }) } : {};
}
