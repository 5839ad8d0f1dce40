import { availableParallelism } from 'node:os';
import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { type Content, checkDirectory, writeDirectory } from '../../files/index.ts';
import { mergedTemplates } from '../../parse/index.ts';
import { type Structured, structure } from '../../pipeline/index.ts';
import type { Template } from '../../types.ts';
import { startRenderThreads, startScanThreads } from '../../workers/index.ts';
import { flags, numberFlag } from '../flags.ts';
import type { Io } from '../io.ts';
import { ingestOptions, logFlags } from '../log-flags.ts';
import { maskWarnings } from '../mask-warnings.ts';
import { mergeDirectories, writeMerged } from '../merge-templates.ts';
import { createProgress } from '../progress.ts';
import { lineCounts } from '../results.ts';
import { count, neutral, plural, table } from '../text.ts';
import { writeJsonWarnings, writeWarnings } from '../warnings.ts';

const STRUCTURED = 'structured.csv';
const TEMPLATES = 'templates.csv';
const PARSER = 'parser.json';
const SHOWN = 30;
/** Threads that scan as fast as one reads and learns. */
const MOST_SCANNING = 2;

/** `caracal parse`: logs to templates, and with `--out` to structured.csv, templates.csv and parser.json. */
export const parse = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'log files, folders, patterns, or - for stdin' },
    out: {
      type: 'string',
      valueHint: 'dir',
      description: 'directory for structured.csv, templates.csv and parser.json',
    },
    ...logFlags,
    merge: { type: 'boolean', description: 'merge the templates in directories that parse --out wrote' },
    parameters: {
      type: 'boolean',
      default: true,
      negativeDescription: 'leave out the ParameterList column',
      description: 'with the variable parts of each line',
    },
    threads: {
      type: 'string',
      valueHint: 'n',
      description: 'threads that scan lines, and render the rows of --out, at most one a core (default: 1)',
    },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    if (args._.length === 0)
      throw new CaracalError('E_USAGE', 'nothing to parse. Name log files: caracal parse FILE --out DIR');
    if (args.merge) return merge(args._, args.out, args.json === true, io);
    const { read, parserName, parsing } = ingestOptions(args);
    const threads = numberFlag('threads', args.threads, { least: 1, most: 1024, whole: true }) ?? 1;
    const others = Math.min(threads, availableParallelism()) - 1;
    const scanThreads = others > 0 ? startScanThreads(Math.min(others, MOST_SCANNING)) : undefined;
    const renderThreads = others > 0 && args.out !== undefined ? startRenderThreads(others) : undefined;
    const progress = createProgress(io);
    let parsed: Structured | undefined;
    try {
      if (args.out !== undefined) await checkDirectory(args.out, isParsed);
      parsed = await structure(args._, {
        ...(read ? { read } : {}),
        ...(parserName ? { parser: parserName } : {}),
        ...(parsing ? { parsing } : {}),
        parameters: args.parameters,
        rows: args.out !== undefined,
        ...(scanThreads ? { open: scanThreads.open } : {}),
        ...(renderThreads ? { render: renderThreads.render } : {}),
        onLines: (lines) => progress.update(`parsing, ${count(lines)} lines`, 0),
      });
      if (args.out !== undefined) {
        const content: Content = new Map<string, AsyncIterable<Uint8Array> | string | Uint8Array>([
          [STRUCTURED, parsed.structuredCsv()],
          [TEMPLATES, parsed.templatesCsv()],
          ...(parsed.parser.files?.() ?? []),
          [PARSER, parsed.parser.encode()],
        ]);
        await writeDirectory(args.out, content, isParsed);
      }
      progress.stop();
      const { report, parser } = parsed;
      const warnings = [...report.warnings, ...maskWarnings(parser, report.records)];
      const templates = parser.templates();
      // `message repeated 5 times` is one event of its line, and five of its template.
      const occurrences = templates.reduce((sum, template) => sum + template.count, 0);
      const summary = {
        type: 'summary',
        ...lineCounts(report),
        occurrences,
        templates: templates.length,
      };
      if (args.json) {
        for (const template of templates) io.out(`${JSON.stringify({ type: 'template', ...template })}\n`);
        writeJsonWarnings(warnings, io);
        io.out(`${JSON.stringify(args.out === undefined ? summary : { ...summary, out: args.out })}\n`);
        return;
      }
      writeTemplates(templates, io);
      const repeated = occurrences === report.records ? '' : ` (${count(occurrences)} with those that say they repeat)`;
      io.out(
        `\n${plural(report.lines, 'line')}, ${plural(report.records, 'event')}${repeated}, ${plural(templates.length, 'template')}.`,
      );
      io.out(args.out === undefined ? ' Write them with --out DIR.\n' : ` Written to ${neutral(args.out)}.\n`);
      writeWarnings(warnings, io);
    } finally {
      progress.stop();
      await scanThreads?.close();
      await renderThreads?.close();
      await parsed?.dispose();
    }
  },
});

// --- internal ---

function isParsed(names: readonly string[]): boolean {
  return names.includes(STRUCTURED) && names.includes(TEMPLATES);
}

async function merge(directories: readonly string[], out: string | undefined, json: boolean, io: Io): Promise<void> {
  const set = await mergeDirectories(directories);
  const templates = mergedTemplates(set);
  if (out !== undefined) await writeMerged(out, set);
  const summary = { type: 'summary', merged: set.generators.size, templates: templates.length };
  if (json) {
    for (const template of templates) io.out(`${JSON.stringify({ type: 'template', ...template })}\n`);
    io.out(`${JSON.stringify(out === undefined ? summary : { ...summary, out })}\n`);
    return;
  }
  writeTemplates(templates, io);
  io.out(
    `\n${plural(set.generators.size, 'template')} of ${plural(directories.length, 'run')} are ${count(templates.length)}.`,
  );
  io.out(out === undefined ? ' Write them with --out DIR.\n' : ` Written to ${neutral(out)}.\n`);
}

/** The most frequent templates as a table. */
function writeTemplates(templates: readonly Template[], io: Io): void {
  const shown = [...templates].sort((a, b) => b.count - a.count).slice(0, SHOWN);
  io.out(
    table(
      shown,
      [
        { title: 'times', cell: (template) => count(template.count), align: 'right' },
        { title: 'id', cell: ({ id }) => id },
        { title: 'template', cell: ({ text }) => text },
      ],
      io.width,
    ),
  );
  if (templates.length > SHOWN) io.out(`… and ${count(templates.length - SHOWN)} more\n`);
}
