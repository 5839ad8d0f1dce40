import { CaracalError } from '../errors.ts';
import type { Judged, JudgedEvent } from '../pipeline/index.ts';
import { type DetectInput, isEnd, placeIn } from './detect-report.ts';

/** What people said of the findings in an input. */
export interface Marks {
  /** Findings that are normal after all. */
  readonly normal: ReadonlySet<JudgedEvent>;
  /** Whole sessions that are: flagged as such, without a flagged event. */
  readonly normalSessions: readonly number[];
  /** Findings that somebody confirmed. */
  readonly confirmed: ReadonlySet<JudgedEvent>;
}

/** Verdicts on findings, as `--false-positive` and a file of NDJSON name them. */
export interface VerdictText {
  /** Sessions and places, with commas between them. */
  readonly list: string | undefined;
  readonly file: { readonly name: string; readonly text: string } | undefined;
}

/**
 * The findings that verdicts are about.
 *
 * @throws CaracalError `E_USAGE` for a place without a finding, or verdicts without a false
 *   positive, `E_FORMAT_INVALID` for a line that is no verdict
 */
export function marksOf({ list, file }: VerdictText, found: Judged, input: DetectInput): Marks {
  const findings = findingsIn(found, input);
  const normal = new Set<JudgedEvent>();
  const sessions = new Set<number>();
  const confirmed = new Set<JudgedEvent>();
  for (const place of (list ?? '').split(',').flatMap((part) => part.trim() || [])) {
    const at = findings.named(place);
    if (!at) throw noFinding(`--false-positive ${place}`);
    for (const event of at.events) normal.add(event);
    if (at.session !== undefined) sessions.add(at.session);
  }
  for (const [i, line] of (file?.text ?? '').split('\n').entries()) {
    const where = `${file?.name}, line ${i + 1}`;
    const given = line.trim() === '' ? null : verdictOf(line, where);
    if (!given) continue;
    const at = findings.at(given);
    if (!at) throw noFinding(where);
    for (const event of at.events) (given.confirmed ? confirmed : normal).add(event);
    if (at.session !== undefined && !given.confirmed) sessions.add(at.session);
  }
  if (normal.size === 0 && sessions.size === 0) {
    throw new CaracalError(
      'E_USAGE',
      'no finding is marked as a false positive. Name some with --false-positive, or a file of verdicts with --verdicts.',
    );
  }
  return { normal, normalSessions: [...sessions], confirmed };
}

// --- internal ---

/** Findings at one place: events, or a session that is flagged as a whole. */
interface Found {
  readonly events: readonly JudgedEvent[];
  readonly session?: number;
}

interface Findings {
  /** By session, `SESSION#POSITION`, `FILE:LINE` or, in one file, `LINE`. */
  named(place: string): Found | null;
  at(given: GivenVerdict): Found | null;
}

interface GivenVerdict {
  readonly confirmed: boolean;
  readonly session: string;
  readonly source: string | undefined;
  readonly line: number | undefined;
  readonly position: number | undefined;
  readonly end: boolean | undefined;
}

function findingsIn(found: Judged, input: DetectInput): Findings {
  const { set, logs } = input;
  const flagged = found.events.filter(({ flags }) => flags.length > 0);
  const byLine = new Map<string, JudgedEvent[]>();
  const bySession = new Map<string, JudgedEvent[]>();
  const add = (map: Map<string, JudgedEvent[]>, key: string, event: JudgedEvent): void => {
    const known = map.get(key);
    if (known) known.push(event);
    else map.set(key, [event]);
  };
  const lineOf = (event: JudgedEvent): { readonly source: string; readonly line: number } | null => {
    if (!logs) return null;
    const row = placeIn(event, input);
    return { source: logs.sources[logs.events.source[row]!]?.name ?? '', line: logs.events.line[row]! };
  };
  for (const event of flagged) {
    add(bySession, set.ids[event.sequence] ?? '', event);
    const place = lineOf(event);
    if (!place) continue;
    const names = [place.source, place.source.slice(place.source.lastIndexOf('/') + 1)];
    for (const name of new Set(names)) add(byLine, `${name}:${place.line}`, event);
    if (logs?.sources.length === 1) add(byLine, String(place.line), event);
  }
  const flaggedWhole = new Map<string, number>();
  for (let s = 0; s < set.count; s++) if (found.flagged[s]) flaggedWhole.set(set.ids[s] ?? '', s);
  const some = (events: readonly JudgedEvent[] | undefined): Found | null => (events?.length ? { events } : null);
  const inSession = (id: string): Found | null => {
    const session = flaggedWhole.get(id);
    return some(bySession.get(id)) ?? (session === undefined ? null : { events: [], session });
  };
  return {
    named: (place) => {
      const whole = inSession(place);
      if (whole) return whole;
      const [, session, position] = /^(.*)#(\d+)$/.exec(place) ?? [];
      const there = bySession.get(session ?? '')?.filter((event) => event.position + 1 === Number(position));
      return some(there) ?? some(byLine.get(place));
    },
    at: ({ session, source, line, position, end }) => {
      if (line === undefined && position === undefined) return inSession(session);
      return some(
        bySession.get(session)?.filter((event) => {
          const place = lineOf(event);
          return (
            (position === undefined || event.position + 1 === position) &&
            (line === undefined || place?.line === line) &&
            (source === undefined || place === null || place.source === source) &&
            (end === undefined || isEnd(event, input) === end)
          );
        }),
      );
    },
  };
}

/** Verdicts by what becomes of them; without one a line of `detect --json` is a false positive. */
const VERDICTS: Readonly<Record<string, 'normal' | 'confirmed' | 'nothing'>> = {
  'false-positive': 'normal',
  'benign-expected': 'normal',
  'true-positive': 'confirmed',
  'not-evaluable': 'nothing',
};

/** The verdict in a line, `null` for one that is about no finding, such as the summary of `detect --json`. */
function verdictOf(line: string, where: string): GivenVerdict | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null;
  }
  const fields: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { type = 'event', session, source, line: number, position, template, verdict } = fields;
  if (type !== 'event') {
    if (typeof type === 'string') return null;
  } else if (typeof session === 'string') {
    // What `detect` prints there is how the parts of the model judged it.
    const kind = typeof verdict === 'string' ? VERDICTS[verdict] : 'normal';
    if (kind === 'nothing') return null;
    if (kind) {
      return {
        confirmed: kind === 'confirmed',
        session,
        source: typeof source === 'string' && number !== undefined ? source : undefined,
        line: typeof number === 'number' ? number : undefined,
        position: typeof position === 'number' ? position : undefined,
        end: typeof template === 'string' ? template === '$' : undefined,
      };
    }
  }
  throw new CaracalError(
    'E_FORMAT_INVALID',
    `${where}: is no verdict. Give lines of caracal detect --json, or {"session": ..., "line" or "position": ..., "verdict": "${Object.keys(VERDICTS).join('" or "')}"}.`,
  );
}

function noFinding(where: string): CaracalError {
  return new CaracalError(
    'E_USAGE',
    `${where}: there is no finding. Name a session, SESSION#POSITION or FILE:LINE that caracal detect flags in this input.`,
  );
}
