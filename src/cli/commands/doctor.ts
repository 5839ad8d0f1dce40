import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { type Diagnosis, diagnose, ingest } from '../../pipeline/index.ts';
import type { ReadWarning, WarningCode } from '../../read/index.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { ingestOptions, logFlags } from '../log-flags.ts';
import { maskWarnings } from '../mask-warnings.ts';
import { isoTime, lineCounts, round } from '../results.ts';
import { clock, count, duration, neutral, percent, plural } from '../text.ts';
import { writeJsonWarnings, writeWarnings } from '../warnings.ts';

/** `caracal doctor`: what is understood of logs, and which flag changes it. */
export const doctor = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'log files, folders, patterns, or - for stdin' },
    ...logFlags,
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    if (args._.length === 0)
      throw new CaracalError('E_USAGE', 'nothing to look at. Name log files: caracal doctor FILE');
    const logs = await ingest(args._, ingestOptions(args));
    await logs.dispose();
    const warnings = [...logs.report.warnings, ...maskWarnings(logs.parser, logs.report.records)];
    const diagnosis = diagnose(logs, args.session !== undefined);
    if (args.json) {
      writeJsonWarnings(warnings, io);
      io.out(`${JSON.stringify({ type: 'summary', ...lineCounts(logs.report), ...diagnosisJson(diagnosis) })}\n`);
      return;
    }
    io.out(diagnosisText(diagnosis, logs.report.warnings));
    writeWarnings(warnings, io);
  },
});

// --- internal ---

function diagnosisJson({ sources, gaps, sessions, templates, advice }: Diagnosis): object {
  return {
    sources: sources.map((source) => ({
      ...source,
      confidence: round(source.confidence),
      timed: round(source.timed),
      firstTime: isoTime(source.firstTime),
      lastTime: isoTime(source.lastTime),
    })),
    sessions: { ...sessions, medianLength: Number.isNaN(sessions.medianLength) ? 0 : sessions.medianLength },
    templates: { ...templates, topTenShare: round(templates.topTenShare) },
    gaps: gaps.map(({ from, to }) => ({ from: isoTime(from), to: isoTime(to) })),
    advice,
  };
}

/** What was not understood of a source, and the flags that may help. */
function troubleText(source: string, warnings: readonly ReadWarning[]): string {
  const flagsFor: Partial<Record<WarningCode, string>> = {
    'malformed-line': 'another header? --log-format; parts of the record before? --record-start',
    'no-time': 'no timestamp in them? --format; parts of the record before? --record-start',
    'leap-day': '--year',
    'time-in-future': '--year, --timezone',
    'record-cut': '--record-start',
  };
  const lines = warnings
    .filter(({ file }) => file === source)
    .map(({ code, count: times, firstLine }) => {
      const where = firstLine > 0 ? `, first in line ${count(firstLine)}` : '';
      const help = flagsFor[code];
      return `${code} ${count(times)}${where}${help === undefined ? '' : ` (${help})`}`;
    });
  return lines.length === 0 ? 'nothing' : lines.join('\n             ');
}

function diagnosisText(
  { sources, sessions, templates, gaps, advice }: Diagnosis,
  warnings: readonly ReadWarning[],
): string {
  const blocks = sources.map(
    (source) => `${neutral(source.name)}
  format     ${source.format} (${percent(source.confidence)} sure: ${neutral(source.reason)}; change with --format)
  lines      ${count(source.lines)}, ${percent(source.timed)} with a time
  time       ${Number.isNaN(source.firstTime) ? 'none that was understood' : `${clock(source.firstTime)} to ${clock(source.lastTime)} UTC (wrong? --year, --timezone)`}
  not clear  ${troubleText(source.name, warnings)}
  from       ${plural(source.hosts, 'host')}, ${plural(source.programs, 'program')}
`,
  );
  const rest = `sessions     ${count(sessions.count)}, half of them ${plural(sessions.medianLength, 'event')} or shorter, the longest ${count(sessions.longest)} (change with --session)
templates    ${count(templates.count)}, ${count(templates.singletons)} seen once; the ten most frequent cover ${percent(templates.topTenShare)} of the events
silences     ${sources.every(({ timed }) => timed === 0) ? 'unknown without times' : gaps.length === 0 ? 'none out of the ordinary' : gaps.map(({ from, to }) => `${clock(from)} for ${duration(to - from)}`).join('\n             ')}
`;
  const todo =
    advice.length === 0
      ? 'Nothing needs changing.\n'
      : `What to change:\n${advice.map((text) => `  - ${neutral(text)}\n`).join('')}`;
  return `${blocks.join('\n')}\n${rest}\n${todo}`;
}
