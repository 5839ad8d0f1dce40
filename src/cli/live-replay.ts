import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createLiveReader } from '../read/index.ts';
import type { RunningService } from '../service/index.ts';
import type { Simulation } from '../simulate/index.ts';
import { encodeUtf8 } from '../util/utf8.ts';

/** A simulated company whose logs are written as time goes by. */
export interface LiveReplay {
  /** Log files, which are there with the history that is learned from. */
  readonly files: readonly string[];
  /** Lines of the history. */
  readonly learned: number;
  /** Where the part begins that is written slowly, epoch ms. */
  readonly liveFrom: number;
  /** Writes the rest: at once what lies before `liveFrom`, then as time goes by. */
  run(service: RunningService): Promise<void>;
  stop(): void;
}

/** Days that are learned from, of a week. */
const HISTORY = 3 / 7;
/** Lines that are learned from at most: a person is waiting. */
const MOST_LEARNED = 40_000;
/** How much faster time goes by. */
const SPEED = 30;
const STEP = 500;
/** Lines of the past that are written at once. */
const CHUNK = 2000;

/**
 * Prepares a replay: a history to learn from, then the days before the intruder, then the
 * break-in, the second half of it thirty times as fast as it was.
 */
export async function prepareReplay(folder: string, simulation: Simulation): Promise<LiveReplay> {
  await mkdir(folder, { recursive: true });
  const lines = inOrderOfTime(simulation);
  const begin = lines[0]?.time ?? simulation.start;
  const until = begin + (simulation.end - begin) * HISTORY;
  const history = Math.min(
    MOST_LEARNED,
    Math.max(
      1000,
      lines.findIndex(({ time }) => time > until),
    ),
  );
  const phases = Object.values(simulation.phases).map(([start]) => Date.parse(start));
  const middle = phases[Math.floor(phases.length / 2)];
  const liveFrom = middle === undefined ? simulation.end - 2 * 3_600_000 : middle - 10 * 60_000;
  const files = [...new Set(lines.map(({ file }) => file))].map((file) => join(folder, file));
  await append(folder, lines.slice(0, history));
  let stopped = false;
  let wake = (): void => {};
  const pause = (length: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, length);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    ...{ files, learned: history, liveFrom },
    run: async (service) => {
      while (!stopped && service.status().phase === 'learning') await pause(STEP);
      let at = history;
      const live = lines.findIndex(({ time }, i) => i >= history && time >= liveFrom);
      const past = live < 0 ? lines.length : live;
      while (!stopped && at < past) {
        const next = Math.min(past, at + CHUNK);
        await append(folder, lines.slice(at, next));
        at = next;
        // The files stay in step: each chunk is taken in before the next one is written.
        while (!stopped && service.status().totals.lines < at) await pause(20);
      }
      const started = Date.now();
      while (!stopped && at < lines.length) {
        const now = liveFrom + (Date.now() - started) * SPEED;
        let next = at;
        while (next < lines.length && (lines[next]?.time ?? 0) <= now) next++;
        if (next > at) await append(folder, lines.slice(at, next));
        at = next;
        await pause(STEP);
      }
    },
    stop: () => {
      stopped = true;
      wake();
    },
  };
}

// --- internal ---

interface TimedLine {
  readonly file: string;
  readonly line: string;
  readonly time: number;
}

/** All lines of all files by their times. */
function inOrderOfTime({ files, end }: Simulation): TimedLine[] {
  const all: TimedLine[] = [];
  for (const [path, lines] of files) {
    const file = path.replace(/^.*\//, '');
    const times = timesOf(lines, end);
    let time = Number.NEGATIVE_INFINITY;
    lines.forEach((line, i) => {
      // A clock that was set back changes nothing about the order in which lines were written.
      time = Math.max(time, times[i] ?? end);
      all.push({ file, line, time });
    });
  }
  return all.sort((a, b) => a.time - b.time);
}

/** Times as the service will read them. */
function timesOf(lines: readonly string[], end: number): Float64Array {
  const times = new Float64Array(lines.length);
  const reader = createLiveReader(0);
  const text = encodeUtf8(`${lines.join('\n')}\n`);
  const starts = new Int32Array(lines.length);
  const ends = new Int32Array(lines.length);
  let at = 0;
  for (let i = 0; i < lines.length; i++) {
    const newline = text.indexOf(0x0a, at);
    starts[i] = at;
    ends[i] = newline;
    at = newline + 1;
  }
  const batch = reader.read({
    ...{ bytes: text, count: lines.length, starts, ends, firstLine: 1 },
    lengths: Float64Array.from(ends, (stop, i) => stop - (starts[i] ?? 0)),
    offsets: Float64Array.from(starts),
    received: new Float64Array(lines.length).fill(end),
  });
  for (let row = 0; row < batch.count; row++) times[(batch.line[row] ?? 1) - 1] = batch.time[row] ?? end;
  return times;
}

async function append(folder: string, lines: readonly TimedLine[]): Promise<void> {
  const texts = new Map<string, string>();
  for (const { file, line } of lines) texts.set(file, `${texts.get(file) ?? ''}${line}\n`);
  for (const [file, text] of texts) await appendFile(join(folder, file), text);
}
