import { existsSync } from 'node:fs';
import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { openStore, type Store } from '../../store/index.ts';
import { detectInputFlags } from '../detect-input.ts';
import { EXIT } from '../exit.ts';
import { feedbackJson, feedbackText } from '../feedback-report.ts';
import { give } from '../feedback-verbs/give.ts';
import { history } from '../feedback-verbs/history.ts';
import { list } from '../feedback-verbs/list.ts';
import { undo } from '../feedback-verbs/undo.ts';
import type { FeedbackVerb } from '../feedback-verbs/verb.ts';
import { flags, timeFlag } from '../flags.ts';
import type { Io } from '../io.ts';
import { modelFeedback } from '../model-feedback.ts';
import { nearest } from '../nearest.ts';
import { userName } from '../user-name.ts';
import { writeJsonWarnings, writeWarnings } from '../warnings.ts';

/** What can be done with the verdicts of a live store, in the order of the help. */
const verbs: Readonly<Record<string, FeedbackVerb>> = { list, give, undo, history };

/** `caracal feedback`: verdicts, on what a model flagged in a file, or on the alerts of a live store. */
export const feedback = defineCommand({
  args: {
    ...detectInputFlags,
    file: {
      type: 'positional',
      required: false,
      description: `logs, or one sequence CSV, as detect judged it; with --database: ${Object.keys(verbs).join(', ')}, then ids`,
    },
    'model-dir': flags['model-dir'],
    'false-positive': {
      type: 'string',
      valueHint: 'place,place',
      description: 'findings that are normal: SESSION, SESSION#POSITION, FILE:LINE, as detect names them',
    },
    verdicts: {
      type: 'string',
      valueHint: 'file',
      description: 'the same as NDJSON: lines of detect --json, with a "verdict" where one is no false positive',
    },
    'label-column': flags['label-column'],
    out: { type: 'string', valueHint: 'dir', description: 'model directory to write' },
    yes: { type: 'boolean', description: 'write or save it; without it only what it would do is shown' },
    seed: flags.seed,
    threads: flags.threads,
    database: { type: 'string', valueHint: 'url', description: 'live store: a SQLite file or postgres://...' },
    verdict: {
      type: 'string',
      valueHint: 'name',
      description: 'give: true-positive, false-positive, benign-expected, not-evaluable',
    },
    reason: { type: 'string', valueHint: 'text', description: 'give, undo: why' },
    expires: { type: 'string', valueHint: 'time', description: 'give: until when it holds (default: for ever)' },
    by: { type: 'string', valueHint: 'name', description: 'give, undo: who says so (default: the user)' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const misplaced = (names: readonly (keyof typeof args)[], where: string): void => {
      const name = names.find((each) => args[each] !== undefined);
      if (name) throw new CaracalError('E_USAGE', `--${name} is for verdicts ${where}. Leave it out.`);
    };
    if (args.database === undefined) {
      misplaced(['verdict', 'reason', 'expires', 'by'], 'on alerts, with --database');
      return onModel(args, io);
    }
    misplaced(['model-dir', 'false-positive', 'verdicts', 'out'], 'on what a model flagged, without --database');
    const [verb = '', ...names] = args._;
    const run = verbs[verb];
    if (!run) {
      const near = nearest(verb, Object.keys(verbs));
      const what = verb === '' ? 'what is to be done?' : `there is no 'feedback ${verb}'.`;
      const hint = near ? ` Did you mean ${near}?` : '';
      throw new CaracalError('E_USAGE', `${what}${hint} Use ${Object.keys(verbs).join(', ')}.`);
    }
    const expires = timeFlag('expires', args.expires);
    const { database } = args;
    let store: Store | undefined;
    const open = async (): Promise<Store> => {
      store = await openExisting(database, io);
      return store;
    };
    try {
      return await run({
        ...{ io, open, names, expires, verdict: args.verdict, reason: args.reason, by: args.by ?? userName() },
        ...{ yes: args.yes === true, json: args.json === true },
      });
    } finally {
      await store?.close();
    }
  },
});

// --- internal ---

/** A store that is misspelt would be made, and empty. */
async function openExisting(database: string, io: Io): Promise<Store> {
  if (!/^postgres(ql)?:/.test(database) && !existsSync(database.replace(/^sqlite:(\/\/)?/, ''))) {
    throw new CaracalError('E_FILE_MISSING', `${database}: there is no such store. Check --database.`, {
      file: database,
    });
  }
  return openStore(database, { now: io.now });
}

type ModelArgs = Readonly<Record<string, unknown>> & {
  readonly _: readonly string[];
  readonly 'false-positive'?: string | undefined;
  readonly verdicts?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly 'model-dir'?: string | undefined;
  readonly out?: string | undefined;
  readonly json?: boolean | undefined;
};

async function onModel(args: ModelArgs, io: Io): Promise<number> {
  const { 'model-dir': directory, out } = args;
  if (directory === undefined) {
    throw new CaracalError(
      'E_USAGE',
      'verdicts on what? Give --model-dir and the input that it judged, or --database of a live store.',
    );
  }
  if (out === undefined) {
    throw new CaracalError('E_USAGE', '--out is missing: name the directory that the updated model goes to.');
  }
  const receipt = await modelFeedback({ ...args, 'model-dir': directory, out });
  const written = args.yes === true;
  if (args.json) {
    for (const line of feedbackJson(receipt, out, written)) {
      if ('type' in line && line.type === 'summary') writeJsonWarnings(receipt.warnings, io);
      io.out(`${JSON.stringify(line)}\n`);
    }
  } else {
    writeWarnings(receipt.warnings, io);
    io.out(feedbackText(receipt, out, written, io));
  }
  return EXIT.done;
}
