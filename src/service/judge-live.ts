import type { StreamState } from '../models/index.ts';
import { severityOf } from '../score/index.ts';
import type { Expected, SequenceSet, Severity } from '../types.ts';
import type { LiveModel } from './live-model.ts';
import { type LiveSession, RECENT } from './live-sessions.ts';
import type { Slice } from './slice.ts';

/** One event, to be judged. */
export interface LiveRow {
  readonly slice: Slice;
  readonly row: number;
  readonly session: LiveSession;
  /** Id that the model knows its template by. */
  readonly key: string;
  readonly time: number;
}

/** What the sequence model says of it. */
export interface LiveScore {
  readonly nll: number;
  readonly rank: number;
  readonly unseen: boolean;
  readonly flagged: boolean;
  readonly surprise: number;
  readonly severity: Severity;
  /** The session before it, where it is flagged. */
  readonly history: LiveSession['recent'];
  /** Whether that is all of it. */
  readonly whole: boolean;
}

/** The end of a session. */
export const END_KEY = '$';

/** Scores rows in their order, each by the session before it, whose state moves on. */
export async function scoreRows(live: LiveModel, rows: readonly LiveRow[]): Promise<LiveScore[]> {
  const bySession = new Map<LiveSession, number[]>();
  rows.forEach(({ session }, i) => {
    const own = bySession.get(session);
    if (own) own.push(i);
    else bySession.set(session, [i]);
  });
  const sessions = [...bySession.keys()];
  const states = sessions.map(({ state }) => state);
  const scores = new Array<{ nll: number; rank: number }>(rows.length);
  const chunk = chunkOf(
    sessions.map((session) => bySession.get(session) ?? []),
    rows,
  );
  const stepped = await live.model.step!(states, chunk.set);
  let at = 0;
  for (const i of chunk.order) {
    scores[i] = { nll: stepped.scores.nll[at]!, rank: stepped.scores.rank[at]! };
    at += chunk.repeats[i]!;
  }
  sessions.forEach((session, s) => {
    session.state = stepped.states[s] as StreamState;
  });
  return rows.map((row, i) => judged(live, row, scores[i]!));
}

/** What was most expected at flagged rows, by their places; of a flood of one kind a few are asked. */
export async function expectedForFlagged(
  live: LiveModel,
  rows: readonly LiveRow[],
  scores: readonly LiveScore[],
): Promise<Map<number, Expected[]>> {
  const asked: number[] = [];
  const seen = new Map<string, number>();
  scores.forEach(({ flagged, history }, i) => {
    if (!flagged || asked.length >= MOST_EXPLAINED) return;
    const kind = `${rows[i]?.key} ${history.at(-1)?.key}`;
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    if (count <= OF_A_KIND) asked.push(i);
  });
  const lists = await expectedAt(
    live,
    asked.map((i) => ({ history: scores[i]!.history.map(({ key }) => key), key: rows[i]!.key })),
    EXPECTED,
  );
  return new Map(asked.map((i, n) => [i, lists[n] ?? []]));
}

/** Severity of a surprise, by the percentiles that severities stand for. */
export function severityOfSurprise(surprise: number): Severity {
  if (surprise >= 3) return 'HIGH';
  return surprise >= 2 ? 'MED' : 'LOW';
}

// --- internal ---

/** Flagged events of a round for which the model is asked what it expected, and how many of a kind. */
const MOST_EXPLAINED = 256;
const OF_A_KIND = 4;
const EXPECTED = 5;

/** What was most expected where these keys came after these histories. */
async function expectedAt(
  live: LiveModel,
  asked: readonly { readonly history: readonly string[]; readonly key: string }[],
  k: number,
): Promise<Expected[][]> {
  if (!live.model.expected || asked.length === 0) return asked.map(() => []);
  const names = new Map<string, number>();
  const numberOf = (key: string): number => {
    const number = names.get(key) ?? names.size;
    names.set(key, number);
    return number;
  };
  const lists = asked.map(({ history, key }) => [...history, ...(key === END_KEY ? [] : [key])].map(numberOf));
  const offsets = new Int32Array(lists.length + 1);
  const closed = Uint8Array.from(asked, ({ key }) => (key === END_KEY ? 1 : 0));
  const rows: number[] = [];
  let row = 0;
  lists.forEach((list, s) => {
    offsets[s + 1] = offsets[s]! + list.length;
    row += list.length + closed[s]!;
    rows.push(row - 1);
  });
  const set: SequenceSet = {
    count: lists.length,
    ids: lists.map((_, s) => String(s)),
    offsets,
    keys: Int32Array.from(lists.flat()),
    keyNames: [...names.keys()],
    closed,
  };
  return live.model.expected(set, rows, k);
}

function chunkOf(lists: readonly (readonly number[])[], rows: readonly LiveRow[]) {
  const names = new Map<string, number>();
  const keys: number[] = [];
  const offsets = new Int32Array(lists.length + 1);
  const order: number[] = [];
  /** Score rows of each row: a line that stands for several events has as many. */
  const repeats = new Int32Array(rows.length).fill(1);
  lists.forEach((list, s) => {
    for (const i of list) {
      order.push(i);
      const { key, row, slice } = rows[i]!;
      const number = names.get(key) ?? names.size;
      names.set(key, number);
      const repeat = Math.min(MOST_REPEATS, slice.events.repeat[row] ?? 1);
      repeats[i] = repeat;
      for (let n = 0; n < repeat; n++) keys.push(number);
    }
    offsets[s + 1] = keys.length;
  });
  const set: SequenceSet = {
    count: lists.length,
    ids: lists.map((_, s) => String(s)),
    ...{ offsets, closed: new Uint8Array(lists.length) },
    ...{ keys: Int32Array.from(keys), keyNames: [...names.keys()] },
  };
  return { set, order, repeats };
}

/** `message repeated 1000000 times` is one line. */
const MOST_REPEATS = 32;

function judged(
  live: LiveModel,
  { slice, row, session, key, time }: LiveRow,
  { nll, rank }: { nll: number; rank: number },
): LiveScore {
  const unseen = !live.known.has(key);
  const flagged = unseen || nll > live.judgement.eventThreshold;
  const history = flagged ? session.recent.slice() : NOTHING;
  const whole = session.events === session.recent.length;
  session.recent.push({ key, nll, time, sequence: slice.events.offset[row]! });
  if (session.recent.length > RECENT) session.recent.shift();
  session.events++;
  const surprise = flagged || nll > 1 ? live.surprise.of(nll) : 0;
  return {
    nll,
    rank,
    unseen,
    flagged,
    history,
    whole,
    surprise: unseen ? Math.max(live.facts.unseenSurprise, surprise) : surprise,
    severity: flagged ? atLeastMedium(severityOf(nll, live.judgement.calibration)) : 'NONE',
  };
}

const NOTHING: LiveSession['recent'] = [];

/** What is flagged is rarer than 1 in 100 by the choice of the threshold. */
function atLeastMedium(severity: Severity): Severity {
  return severity === 'HIGH' ? 'HIGH' : 'MED';
}
