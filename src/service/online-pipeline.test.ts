import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultLines } from '../../test/support/fault-lines.ts';
import { tinyModel } from '../../test/support/tiny-model.ts';
import { workspace } from '../../test/support/workspace.ts';
import type { LiveLines } from '../read/index.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { decodeCheckpoint, encodeCheckpoint, encodeState } from './checkpoint.ts';
import { openLiveModel } from './live-model.ts';
import { createOnlinePipeline, type OnlinePipeline, type OnlineSnapshot } from './online-pipeline.ts';
import { createRound, type Round } from './round.ts';

const RECEIVED = Date.UTC(2026, 5, 1);
const lines = faultLines(1200, 3, 0.004);
let model: Awaited<ReturnType<typeof openLiveModel>>;
const space = workspace();

beforeAll(async () => {
  const learned = await openLiveModel(await tinyModel(space));
  // Surprising enough that a flood of what was never seen opens a window.
  model = { ...learned, facts: { ...learned.facts, unseenSurprise: 5, gap: 1000 }, burstGap: 20_000 };
});
afterAll(() => model.model.dispose());

let alpha = 1;
const create = (from?: OnlineSnapshot): OnlinePipeline =>
  createOnlinePipeline({
    ...{ session: { kind: 'process' }, sessionTimeout: 3_600_000, mostSessions: 1000, learnLines: 10 },
    ...{ alpha: () => alpha, leastSeverity: () => 'LOW' as const, knowledge: {}, model, parser: model.parser, from },
  });

function linesAt(from: number, to: number): LiveLines {
  const parts = lines.slice(from, to).map(encodeUtf8);
  const starts = new Int32Array(parts.length);
  const ends = new Int32Array(parts.length);
  let at = 0;
  parts.forEach((part, i) => {
    starts[i] = at;
    at += part.length;
    ends[i] = at++;
  });
  const bytes = new Uint8Array(at).fill(0x0a);
  parts.forEach((part, i) => {
    bytes.set(part, starts[i]);
  });
  return {
    ...{ bytes, starts, ends, count: parts.length, firstLine: from + 1 },
    lengths: Float64Array.from(parts, ({ length }) => length),
    offsets: Float64Array.from(parts, (_, i) => (from + i) * 100),
    received: new Float64Array(parts.length).fill(RECEIVED),
  };
}

/** What is stored in the end of many rounds: of each alert and window its last state. */
function outcome(rounds: readonly Round[]) {
  // What was expected is asked for a few of a kind in a round: its words are not compared.
  const alerts = new Map(
    rounds.flatMap((round) => round.alerts.map(({ reason: _, ...alert }) => [alert.id, alert] as const)),
  );
  const windows = new Map(
    rounds.flatMap((round) =>
      [...round.windows].map(
        ([id, { kind: _kind, window }]) => [id, { ...window, reasons: null, story: null }] as const,
      ),
    ),
  );
  const counts = new Map<string, number>();
  for (const [key, { events, flagged }] of rounds.flatMap((round) => [...round.counts])) {
    counts.set(`${key} events`, (counts.get(`${key} events`) ?? 0) + events);
    counts.set(`${key} flagged`, (counts.get(`${key} flagged`) ?? 0) + flagged);
  }
  return {
    alerts,
    counts,
    windows: new Map(
      [...windows].map(([id, { channels, start, end, score, state, lines: range }]) => [
        id,
        { channels, start, end, score, state, range },
      ]),
    ),
    flagged: rounds.flatMap((round) => round.flagged.map(({ place: _place, detail: _detail, ...event }) => event)),
    records: rounds.flatMap(({ records }) => Array.from({ length: records.length }, (_, place) => records.at(place))),
  };
}

/** Takes lines in rounds of slices; the pipeline is saved and restored where `saves` says. */
async function run(cuts: readonly number[], saves: ReadonlySet<number> = new Set(), slices = 1) {
  let pipeline = create();
  const rounds: Round[] = [];
  const ends = [...new Set([...cuts, lines.length])].sort((a, b) => a - b);
  let from = 0;
  for (const [i, to] of ends.entries()) {
    const round = createRound();
    for (let part = 0; part < slices; part++) {
      const at = (n: number): number => from + Math.floor(((to - from) * n) / slices);
      if (at(part + 1) > at(part)) pipeline.take({ id: 1, name: 'log' }, 'g', linesAt(at(part), at(part + 1)), round);
    }
    await pipeline.finish(round);
    rounds.push(round);
    from = to;
    if (saves.has(i)) {
      const state = await encodeState({
        ...{ online: pipeline.snapshot(), places: [], unjudged: 0 },
        budget: { day: 0, told: [], toldBefore: [], beyond: 0, waiting: [] },
      });
      pipeline = create(decodeCheckpoint(encodeCheckpoint(state, 0)).online);
    }
  }
  return outcome(rounds);
}

describe('the online pipeline', () => {
  it('comes to the same however many lines come at once, and wherever it was saved and went on', async () => {
    const whole = await run([]);
    expect(whole.alerts.size).toBeGreaterThan(3);
    expect(whole.windows.size).toBeGreaterThan(0);
    expect(whole.flagged.length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: lines.length - 1 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 3 }),
        async (cuts, saves, slices) => {
          expect(await run(cuts, new Set(saves), slices)).toEqual(whole);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('comes to the same line by line', async () => {
    expect(await run(lines.map((_, i) => i).slice(1))).toEqual(await run([]));
  });

  it('opens windows that reach as far as alpha says, from the moment on that it is another one', async () => {
    const firstReach = async (retuned: boolean): Promise<number> => {
      const pipeline = create();
      alpha = 100;
      if (retuned) pipeline.retune();
      const round = createRound();
      pipeline.take({ id: 1, name: 'log' }, 'g', linesAt(0, lines.length), round);
      await pipeline.finish(round);
      alpha = 1;
      const [first] = [...round.windows.values()];
      return (first?.window.end ?? 0) - (first?.window.start ?? 0);
    };
    expect((await firstReach(true)) - (await firstReach(false))).toBe(2 * 90_000);
  });
});
