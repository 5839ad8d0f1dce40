import { decodeUtf8 } from '../../util/utf8.ts';
import { createMoment } from '../time/clock.ts';
import { createLeadingTime } from '../time/leading-time.ts';
import { BLANK, isDigit, number, TAB } from './bytes.ts';
import { addEntity, type LineFormat, percent, shareOf } from './format.ts';
import { compileHeader, type HeaderMatcher } from './header-pattern.ts';
import { levelAt } from './levels.ts';
import { logFormatCode } from './log-format-code.ts';

/**
 * A header that the user describes as the loghub collection does:
 * `--log-format '<Date> <Time> <Pid> <Level> <Component>: <Content>'`. Blanks stand for
 * any number of blanks, `(...)?` for a part that may be missing, a backslash takes a sign
 * as it is. Adjoining fields of time (`Date`, `Time`, `Month`, `Day`, `Year`, `Timestamp`)
 * are the time, `Level`, `Pid`, `Component`, `Host` and `User` what they say, `Content` is
 * the message; other fields stay in the raw line.
 */
export const logFormatFormat: LineFormat = {
  name: 'log-format',
  detect: (sample, { logFormat }) => {
    if (logFormat === undefined) return { confidence: 0, reason: 'no --log-format was given' };
    const header = compileHeader(logFormat);
    const share = shareOf(sample, (start, end) => header.match(sample.bytes, start, end));
    return { confidence: share, reason: `${percent(share)} of the first lines match --log-format` };
  },
  prepare: (_, { logFormat }) => {
    const header = compileHeader(logFormat ?? '');
    const runs = timeRuns(header);
    const at = (names: RegExp): number => header.fields.findIndex((field) => names.test(field));
    const fields = {
      level: at(/^(level|severity|loglevel)$/i),
      pid: at(/^(pid|processid|process_id)$/i),
      app: at(/^(component|process|program|app|application|logger|module)$/i),
      host: at(/^(host|hostname|node|machine|server)$/i),
      user: at(/^(user|username)$/i),
      address: at(/^(ip|address|addr|client)$/i),
      content: at(/^(content|message|msg)$/i),
    };
    // Entities are for the format to read.
    const named = fields.user >= 0 || fields.address >= 0;
    const notation = { fields: header.fields, parts: header.parts };
    const code = named ? undefined : logFormatCode(notation, { ...fields, time: runs[0] });
    return ({ clock, names }) => {
      const moment = createMoment();
      const readers = runs.map((run) => ({ ...run, leading: createLeadingTime() }));
      let hasTime = false;
      return {
        ...(code && { fast: { code, clock, levelAt, timestamp: () => (hasTime ? moment : undefined) } }),
        parse: (bytes, start, end, out) => {
          hasTime = false;
          if (!header.match(bytes, start, end)) {
            out.wellFormed = false;
            return;
          }
          const { starts, ends } = header;
          for (const { first, last, leading } of readers) {
            if (starts[first]! < 0 || !leading.read(bytes, starts[first]!, ends[last]!, moment)) continue;
            out.time = clock.resolve(moment);
            hasTime = first === runs[0]?.first && !Number.isNaN(out.time);
            break;
          }
          const { level, pid, app, host, user, address, content } = fields;
          const has = (field: number): boolean => field >= 0 && ends[field]! > starts[field]!;
          if (has(level)) out.level = levelAt(bytes, starts[level]!, ends[level]!);
          if (has(pid) && isDigit(bytes[starts[pid]!])) out.pid = number(bytes, starts[pid]!, ends[pid]!);
          if (has(app)) out.app = names.intern(bytes, starts[app]!, ends[app]!);
          if (has(host)) out.host = names.intern(bytes, starts[host]!, ends[host]!);
          if (has(user)) addEntity(out, 'user', decodeUtf8(bytes, starts[user]!, ends[user]!));
          if (has(address)) addEntity(out, 'address', decodeUtf8(bytes, starts[address]!, ends[address]!));
          if (content >= 0) {
            let from = starts[content]!;
            while (from < ends[content]! && (bytes[from] === BLANK || bytes[from] === TAB)) from++;
            out.start = from;
            out.end = ends[content]!;
          }
        },
      };
    };
  },
};

// --- internal ---

/** Adjoining fields that are about time, each run from its first to its last field. */
function timeRuns({ fields }: HeaderMatcher): { first: number; last: number }[] {
  const runs: { first: number; last: number }[] = [];
  fields.forEach((field, i) => {
    if (!/^(date|time|month|day|year|timestamp|datetime|epoch|weekday)$/i.test(field)) return;
    const run = runs.at(-1);
    if (run && run.last === i - 1) run.last = i;
    else runs.push({ first: i, last: i });
  });
  return runs;
}
