import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { checkDirectory, writeDirectory } from '../../files/index.ts';
import { ALPHAS, BETAS, type Phase, type Sweep, sweep, windowsAtBeta } from '../../hunt/index.ts';
import {
  findRawLines,
  type HuntResult,
  hunt,
  huntNotes,
  huntWindows,
  parsePhases,
  sweepAlpha,
} from '../../pipeline/index.ts';
import { readWhole } from '../../read/index.ts';
import { decodeUtf8 } from '../../util/utf8.ts';
import { EXIT } from '../exit.ts';
import { flags, timeFlag, trainingFlagsWith, trainingOptions } from '../flags.ts';
import { huntContent, isHuntExport } from '../hunt-exports.ts';
import { channelField, extensionFlags, huntColumns, trainingGiven } from '../hunt-flags.ts';
import { type HuntReport, huntJson, huntText } from '../hunt-report.ts';
import { summariseHunt } from '../hunt-summary.ts';
import { huntWarnings } from '../hunt-warnings.ts';
import type { Io } from '../io.ts';
import { ingestOptions, logFlags } from '../log-flags.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';

/** `caracal hunt`: the windows worth an analyst's hours, and what each choice costs. */
export const huntCommand = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'logs or event CSV files, or - for stdin' },
    ...logFlags,
    channel: {
      type: 'string',
      valueHint: 'field[:n]',
      description: 'field whose values are the channels (n: its first n characters); source, host or app of logs',
    },
    ioc: {
      type: 'string',
      valueHint: 'file',
      description: 'event CSV of indicators of compromise with times: a channel of its own',
    },
    'train-until': {
      type: 'string',
      valueHint: 'time',
      description: 'learn from what is before this ISO time, hunt in the rest',
    },
    mode: {
      type: 'string',
      default: 'forensics',
      valueHint: 'forensics|realtime',
      description: 'whether the whole input is known, or at each moment only the past',
    },
    alpha: {
      type: 'string',
      valueHint: 'x',
      description: 'real time: reach and hold of a window, in typical gaps of normal activity (default: 3)',
    },
    beta: {
      type: 'string',
      valueHint: 'x',
      description: 'forensics: extension of a window on each side, as a share of its length (default: 0.1)',
    },
    'max-windows': { type: 'string', valueHint: 'n', description: 'most windows (default: 40)' },
    'max-incidents': { type: 'string', valueHint: 'n', description: 'most incidents (default: 10)' },
    phases: {
      type: 'string',
      valueHint: 'file',
      description: 'JSON of attack phases, name to [start, end]: measures coverage',
    },
    'label-column': { type: 'string', valueHint: 'name', description: 'event CSV: column of the labels, to measure' },
    'normal-label': { type: 'string', default: '-', valueHint: 'text', description: 'label of events of no attack' },
    sweep: { type: 'boolean', description: 'measure coverage and retention over alpha or beta' },
    out: {
      type: 'string',
      valueHint: 'dir',
      description: 'write windows, events, Timesketch, ECS, raw lines, a summary and a page there',
    },
    ...trainingFlagsWith({}),
    model: { ...flags.model, default: 'logmamba' },
    'fail-on': { type: 'string', valueHint: 'window', description: 'exit with 1 when there is one' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const { mode, 'fail-on': failOn } = args;
    if (mode !== 'forensics' && mode !== 'realtime') {
      throw new CaracalError('E_USAGE', `--mode ${mode}: use forensics or realtime.`);
    }
    if (failOn !== undefined && failOn !== 'window')
      throw new CaracalError('E_USAGE', `--fail-on ${failOn}: use window.`);
    if (args._.length === 0) {
      throw new CaracalError(
        'E_USAGE',
        'nothing to hunt in. Name logs or event CSV files, or - for stdin: caracal hunt FILE',
      );
    }
    const extension = extensionFlags(args, mode);
    const phases = args.phases === undefined ? undefined : await readPhases(args.phases);
    const columns = huntColumns(args);
    const training = trainingGiven(args);
    const trainUntil = timeFlag('train-until', args['train-until']);
    if (args.out !== undefined) await checkDirectory(args.out, isHuntExport);
    const detector = detectorNamed(args.model);
    const begin = io.now();
    const progress = createProgress(io);
    let result: HuntResult | undefined;
    try {
      const ingest = ingestOptions({ ...args, channel: channelField(columns) });
      result = await hunt(args._, {
        mode,
        detector,
        columns,
        seed: trainingOptions(args).seed,
        training,
        delineation: extension.delineation,
        ...(extension.alpha === undefined ? {} : { alpha: extension.alpha }),
        ...(trainUntil === undefined ? {} : { trainUntil }),
        ...(args.ioc === undefined ? {} : { ioc: args.ioc }),
        ingest: { ...ingest, onLines: (lines) => progress.update(`reading, ${lines} lines`, 0) },
        onProgress: (fold, all, { epoch, epochs }) => progress.update('learning', (fold + epoch / epochs) / all),
      });
      const report = await reportOf(result, phases, args, () => (io.now() - begin) / 1000);
      progress.stop();
      if (args.out !== undefined) await writeDirectory(args.out, await huntContent(report, args._), isHuntExport);
      if (args.json) huntJson(report, io);
      else huntText(report, io);
      return failOn === 'window' && report.windows.length > 0 ? EXIT.findings : EXIT.done;
    } finally {
      progress.stop();
      await result?.table.logs.dispose();
    }
  },
});

// --- internal ---

async function readPhases(file: string): Promise<Phase[]> {
  return parsePhases(decodeUtf8(await readWhole(file)), file);
}

async function reportOf(
  result: HuntResult,
  phases: readonly Phase[] | undefined,
  args: Readonly<Record<string, unknown>>,
  seconds: () => number,
): Promise<HuntReport> {
  const notes = huntNotes(result);
  const { windows, leads } = huntWindows(result, notes);
  const surprise = surpriseOf(result);
  const raw = await findRawLines(result.table.logs, [...windows, ...leads], [], surprise);
  const { summary, events } = summariseHunt(result, { phases, normalLabel: String(args['normal-label']) }, seconds());
  return {
    result,
    windows,
    leads,
    notes,
    raw,
    summary,
    phases: phases ?? [],
    warnings: huntWarnings(result, notes, summary),
    ...(args.sweep === true ? { sweep: sweepOf(result, events, phases ?? []) } : {}),
  };
}

function sweepOf(result: HuntResult, events: Parameters<typeof sweep>[3], phases: readonly Phase[]): Sweep {
  if (result.mode === 'realtime') return sweep('alpha', ALPHAS, sweepAlpha(result), events, phases);
  const bursts = result.streams.flatMap((stream) => stream.bursts);
  const [first, last] = result.periods.judged;
  const windowsAt = windowsAtBeta(bursts, result.facts, Math.max(1, last - first), result.delineation);
  return sweep('beta', BETAS, windowsAt, events, phases);
}

/** The largest surprise that any flag of a row has. */
function surpriseOf({ streams }: HuntResult): (row: number) => number {
  const largest = new Map<number, number>();
  for (const { flags: all } of streams) {
    for (const { row, surprise } of all) largest.set(row, Math.max(largest.get(row) ?? 0, surprise));
  }
  return (row) => largest.get(row) ?? 0;
}
