import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { findRawLines, SCAN_TRAINING, type ScanResult, scan as scanLogs } from '../../pipeline/index.ts';
import { EXIT } from '../exit.ts';
import { flags, numberFlag, timeFlag, trainingFlagsWith, trainingOptions } from '../flags.ts';
import type { Io } from '../io.ts';
import { ingestOptions, logFlags } from '../log-flags.ts';
import { detectorNamed } from '../models.ts';
import { createProgress } from '../progress.ts';
import { summarise, writeJson, writeText } from '../scan-report.ts';

/** `caracal scan`: the whole job in one go. */
export const scan = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'log files, folders, patterns, or - for stdin' },
    ...logFlags,
    ...trainingFlagsWith(SCAN_TRAINING),
    'train-until': {
      type: 'string',
      valueHint: 'time',
      description: 'learn from what is before this ISO time, judge the rest',
    },
    folds: {
      type: 'string',
      valueHint: 'n',
      description: 'parts that are each judged by a model of the others (default: 3)',
    },
    values: { type: 'boolean', description: 'also judge the times and numbers of lines; reads them twice' },
    'max-windows': {
      type: 'string',
      valueHint: 'n',
      description: 'most windows; weaker ones become leads (default: 25)',
    },
    beta: {
      type: 'string',
      valueHint: 'x',
      description: 'extension of a window on each side, as a share of its length',
    },
    'fail-on': { type: 'string', valueHint: 'window|alert', description: 'exit with 1 when there is one' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const failOn = args['fail-on'];
    if (failOn !== undefined && failOn !== 'window' && failOn !== 'alert') {
      throw new CaracalError('E_USAGE', `--fail-on ${failOn}: use window or alert.`);
    }
    const result = await runScan(args._, args, io);
    if (failOn === 'window' && result.windows.length > 0) return EXIT.findings;
    if (failOn === 'alert' && result.alerts.length > 0) return EXIT.findings;
    return EXIT.done;
  },
});

/** Scans, writes the report and gives the result; `demo` does the same with the logs it made. */
export async function runScan(
  files: readonly string[],
  args: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<ScanResult> {
  if (files.length === 0) {
    throw new CaracalError(
      'E_USAGE',
      'nothing to scan. Name log files or folders, or - for stdin: caracal scan /var/log/auth.log',
    );
  }
  const trainUntil = timeFlag('train-until', args['train-until']);
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const folds = numberFlag('folds', text('folds'), { least: 3, most: 20, whole: true });
  const beta = numberFlag('beta', text('beta'), { least: 0, most: 10 });
  const maxWindows = numberFlag('max-windows', text('max-windows'), { least: 1, whole: true });
  const begin = io.now();
  const progress = createProgress(io);
  let result: ScanResult | undefined;
  try {
    result = await scanLogs(files, {
      ...trainingOptions(args),
      detector: detectorNamed(text('model') ?? 'deeplog'),
      ingest: { ...ingestOptions(args), onLines: (lines) => progress.update(`reading, ${lines} lines`, 0) },
      values: args.values === true,
      ...(folds === undefined ? {} : { folds }),
      ...(trainUntil === undefined ? {} : { trainUntil }),
      delineation: { ...(beta === undefined ? {} : { beta }), ...(maxWindows === undefined ? {} : { maxWindows }) },
      onProgress: (fold, all, { epoch, epochs }) =>
        progress.update(`learning, part ${fold + 1} of ${all}`, (fold + epoch / epochs) / all),
    });
    const surprise = surpriseOf(result);
    const raw = await findRawLines(result.logs, [...result.windows, ...result.leads], result.alerts, surprise);
    progress.stop();
    const summary = summarise(result, (io.now() - begin) / 1000);
    if (args.json === true) writeJson(result, raw, summary, io);
    else writeText(result, raw, summary, io);
    return result;
  } finally {
    progress.stop();
    await result?.logs.dispose();
  }
}

// --- internal ---

/** The largest surprise of a row in any channel. */
function surpriseOf({ channels }: ScanResult): (row: number) => number {
  return (row) => Math.max(...channels.map(({ surprise }) => surprise[row] ?? 0));
}
