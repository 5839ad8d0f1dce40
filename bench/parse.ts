import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createReferenceDrain } from '../src/parse/drain.reference.ts';
import { createDrain } from '../src/parse/index.ts';
import { openLogs } from '../src/read/index.ts';
import { createRng, type Rng } from '../src/util/rng.ts';
import { median } from '../src/util/statistics.ts';

const LINES = Number(process.env.CARACAL_BENCH_LINES ?? 2_000_000);
const REPEATS = 5;
/** The reference is slow: it gets only the first lines. */
const REFERENCE_LINES = 20_000;

/** One input: real lines, repeated with fresh digits and names. */
interface BenchInput {
  readonly name: string;
  readonly file: string;
  /** Share of lines that become random words, so that their shape was never seen. */
  readonly novel?: number;
}

const inputs: readonly BenchInput[] = [
  { name: 'hdfs', file: 'hdfs/test_raw.log.gz' },
  { name: 'openssh', file: 'parsing/OpenSSH/OpenSSH_2k.log' },
  { name: 'bgl', file: 'parsing/BGL/BGL_2k.log' },
  { name: 'openssh, 5 % never seen', file: 'parsing/OpenSSH/OpenSSH_2k.log', novel: 0.05 },
];

/** Entry point of `npm run bench -- parse`. */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const data = resolve(process.env.CARACAL_DATA ?? '../shared/data');
  if (!existsSync(data)) throw new Error(`bench parse needs real logs: set CARACAL_DATA, ${data} does not exist`);
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  try {
    const results = [];
    for (const input of inputs) results.push(await measure(input, data, join(folder, 'input.log')));
    return {
      name: 'parse',
      unit: 'lines/s',
      method:
        `Drain with default masks on one thread, from a plain file to template ids, without entities; ${LINES} lines per ` +
        `input, real lines repeated with fresh digits and user names; ${REPEATS} runs each, all samples given; ` +
        `the reference parser learns the first ${REFERENCE_LINES} lines of the same file`,
      hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
      results,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// --- internal ---

async function measure(input: BenchInput, data: string, path: string) {
  await write(input, join(data, input.file), path);
  const samples: number[] = [];
  let templates = 0;
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now();
    const reader = await openLogs([path]);
    const parser = createDrain({ entities: false });
    let lines = 0;
    for await (const batch of reader.batches()) lines += parser.parse(batch).count;
    samples.push(Math.round(lines / ((performance.now() - started) / 1000)));
    templates = parser.templates().length;
  }
  const middle = median(samples);
  return {
    input: input.name,
    median: middle,
    samples,
    megabytesPerSecond: Math.round((statSync(path).size / LINES) * middle * 1e-6),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    templates,
    referenceLinesPerSecond: await reference(path),
  };
}

async function reference(path: string): Promise<number> {
  const reader = await openLogs([path]);
  const drain = createReferenceDrain();
  const started = performance.now();
  let lines = 0;
  for await (const { bytes, start, end, count } of reader.batches()) {
    for (let row = 0; row < count && lines < REFERENCE_LINES; row++, lines++) {
      drain.learn(bytes.subarray(start[row], end[row]));
    }
    if (lines === REFERENCE_LINES) break;
  }
  return Math.round(lines / ((performance.now() - started) / 1000));
}

async function write({ novel = 0 }: BenchInput, source: string, path: string): Promise<void> {
  const content = readFileSync(source);
  const text = (source.endsWith('.gz') ? gunzipSync(content) : content).toString('latin1');
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const rng = createRng(1);
  const out = createWriteStream(path, 'latin1');
  let chunk = '';
  for (let i = 0; i < LINES; i++) {
    const line = lines[i % lines.length] ?? '';
    chunk += `${rng.next() < novel ? novelLine(line, rng) : freshLine(line, rng)}\n`;
    if (chunk.length > 1 << 20) {
      if (!out.write(chunk)) await once(out, 'drain');
      chunk = '';
    }
  }
  out.end(chunk);
  await once(out, 'finish');
}

/** Timestamps stay, so that the format is still recognised. */
const HEADER = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\d{6} \d{6} |- \d+ \S+ )/;
const NAME = /((?:user |user=|for (?:invalid user )?))(?!invalid|user|from)([A-Za-z][\w.]*)/g;

function freshLine(line: string, rng: Rng): string {
  const header = HEADER.exec(line)?.[0] ?? '';
  const body = line
    .slice(header.length)
    .replace(/\d{2,}/g, (run) => run.replace(/\d/g, (_, at: number) => String(at === 0 ? 1 + rng.int(9) : rng.int(10))))
    .replace(/\d+(?:\.\d+){3}/g, () => [1, 2, 3, 4].map(() => 1 + rng.int(254)).join('.'))
    .replace(NAME, (_, before: string) => before + word(rng));
  return header + body;
}

function novelLine(line: string, rng: Rng): string {
  const header = HEADER.exec(line)?.[0] ?? '';
  return `${header}host app: ${Array.from({ length: 4 + rng.int(12) }, () => word(rng)).join(' ')}`;
}

function word(rng: Rng): string {
  return Array.from({ length: 3 + rng.int(6) }, () => String.fromCharCode(97 + rng.int(26))).join('');
}
