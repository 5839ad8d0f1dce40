import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CaracalError } from '../src/errors.ts';
import { createReferenceDrain } from '../src/parse/drain.reference.ts';
import { parserNames } from '../src/parse/index.ts';
import { openLogs } from '../src/read/index.ts';
import { createRng, type Rng } from '../src/util/rng.ts';
import { median } from '../src/util/statistics.ts';
import { type Built, build } from './built.ts';
import type { Run } from './parse-run.ts';

const LINES = Number(process.env.CARACAL_BENCH_LINES ?? 2_000_000);
const REPEATS = Number(process.env.CARACAL_BENCH_REPEATS ?? 5);
/** The reference is slow: it gets only the first lines. */
const REFERENCE_LINES = 20_000;

/** One input: real lines, repeated with fresh digits and names. */
interface BenchInput {
  readonly name: string;
  readonly file: string;
  /** OpenSSH with this share of lines turned into random words, so that their shape was never seen. */
  readonly novel?: number;
}

const inputs: readonly BenchInput[] = [
  { name: 'hdfs', file: 'hdfs/test_raw.log.gz' },
  { name: 'openssh', file: 'parsing/OpenSSH/OpenSSH_2k.log' },
  { name: 'bgl', file: 'parsing/BGL/BGL_2k.log' },
  { name: 'novel', file: 'parsing/OpenSSH/OpenSSH_2k.log', novel: 0.05 },
];

/** The compiled product, with its command line. */
interface Program extends Built {
  readonly command: string;
}

/** What is measured; a run is one of these in a process of its own. */
const settings = [...parserNames.map((parser) => ({ parser, threads: 1 })), { parser: 'drain', threads: 2 }];

interface Wanted {
  readonly settings: typeof settings;
  readonly commands: boolean;
}

/** Entry point of `npm run bench -- parse [INPUT or PARSER or commands...]`. */
export async function main({ only }: { readonly json: boolean; readonly only: readonly string[] }): Promise<unknown> {
  const data = resolve(process.env.CARACAL_DATA ?? '../shared/data');
  if (!existsSync(data)) {
    throw new CaracalError('E_FILE_MISSING', `parse needs real logs, and ${data} does not exist. Set CARACAL_DATA.`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  const program = build('parse-run');
  const command = join(program.folder, 'caracal.js');
  writeFileSync(
    command,
    "import { main } from './src/cli/index.js';\nprocess.exitCode = await main(process.argv.slice(2));\n",
  );
  try {
    const results = [];
    const chosen = inputs.filter(({ name }) => only.includes(name));
    const named = [...parserNames, 'commands'].filter((name) => only.includes(name));
    const wanted: Wanted = {
      settings: named.length === 0 ? settings : settings.filter(({ parser }) => named.includes(parser)),
      commands: named.length === 0 || named.includes('commands'),
    };
    for (const input of chosen.length > 0 ? chosen : inputs) {
      results.push(
        await measure(input, wanted, data, join(folder, 'input.log'), {
          ...program,
          command,
        }),
      );
    }
    return {
      name: 'parse',
      unit: 'lines/s',
      method:
        `parsers with default settings and masks, from a plain file to template numbers, without entities, as caracal ` +
        `parse works; ${LINES} lines per input, real lines repeated with fresh digits and user names; ${REPEATS} rounds ` +
        `of one run per setting, compiled as for users, each in a process of its own that a run before has warmed up, all samples given; ` +
        `commands are whole ones, each in a new process; ` +
        `the reference parser learns the first ${REFERENCE_LINES} lines of the same file`,
      hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
      results,
    };
  } finally {
    for (const made of [folder, program.folder]) rmSync(made, { recursive: true, force: true });
  }
}

// --- internal ---

async function measure(input: BenchInput, wanted: Wanted, data: string, path: string, program: Program) {
  const repeated = await write(input, join(data, input.file), path);
  const rounds = wanted.settings.map((setting) => ({ ...setting, runs: [] as Run[] }));
  // In turn, so that whatever else the machine does meets all of them.
  for (let i = 0; i < REPEATS; i++) {
    for (const { parser, threads, runs } of rounds) runs.push(await runApart(program.file, path, parser, threads));
  }
  const megabytes = statSync(path).size * 1e-6;
  const measured = rounds.map(({ parser, threads, runs }) => {
    const samples = runs.map(({ lines, seconds }) => Math.round(lines / seconds));
    const middle = median(samples);
    return {
      parser,
      threads,
      median: middle,
      samples,
      megabytesPerSecond: Math.round((megabytes / LINES) * middle),
      peakMegabytes: Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)),
      templates: runs[0]?.templates,
    };
  });
  const of = (threads: number): number =>
    measured.find((one) => one.parser === 'drain' && one.threads === threads)?.median ?? 0;
  return {
    input: input.name,
    linesSeenBefore: repeated,
    measured,
    speedupOfTwoThreads: Math.round((of(2) / of(1)) * 100) / 100,
    commands: wanted.commands ? commands(program, path) : [],
    referenceLinesPerSecond: await reference(path),
  };
}

/** Seconds of whole commands, with and without files to write, in turn. */
function commands({ folder, command }: Program, path: string) {
  const out = join(folder, 'parsed');
  const kinds = [[], ['--out', out]].flatMap((more) => [1, 2].map((threads) => ({ more, threads })));
  const runs = kinds.map(({ more, threads }) => ({
    command: `caracal parse FILE${more.length > 0 ? ' --out DIR' : ''} --threads ${threads}`,
    arguments: ['parse', path, '--threads', String(threads), ...more],
    seconds: [] as number[],
  }));
  for (let i = 0; i < REPEATS; i++) {
    for (const { arguments: given, seconds } of runs) {
      const started = performance.now();
      execFileSync(process.execPath, [command, ...given], { stdio: 'ignore' });
      seconds.push(Math.round(performance.now() - started) / 1000);
    }
  }
  return runs.map(({ command, seconds }) => ({ command, medianSeconds: median(seconds), seconds }));
}

/** One run in a process of its own. */
async function runApart(program: string, path: string, parser: string, threads: number): Promise<Run> {
  const child = fork(program, [path, parser, String(threads)], { execArgv: [] });
  const [run] = await once(child, 'message');
  return run as Run;
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

/** Writes an input; returns how many of its lines had been there before. */
async function write({ novel = 0 }: BenchInput, source: string, path: string): Promise<number> {
  const content = readFileSync(source);
  const text = (source.endsWith('.gz') ? gunzipSync(content) : content).toString('latin1');
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const rng = createRng(1);
  const out = createWriteStream(path, 'latin1');
  const seen = new Set<string>();
  let repeated = 0;
  let chunk = '';
  for (let i = 0; i < LINES; i++) {
    const line = lines[i % lines.length] ?? '';
    const fresh = rng.next() < novel ? novelLine(line, rng) : freshLine(line, rng);
    const hash = createHash('sha1').update(fresh).digest('base64').slice(0, 11);
    if (seen.has(hash)) repeated++;
    seen.add(hash);
    chunk += `${fresh}\n`;
    if (chunk.length > 1 << 20) {
      if (!out.write(chunk)) await once(out, 'drain');
      chunk = '';
    }
  }
  out.end(chunk);
  await once(out, 'finish');
  return repeated;
}

/** Timestamps stay, here and in the text, so that formats are recognised and dates exist. */
const HEADER = /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\d{6} \d{6} |\S+ \d{10} \d{4}\.\d\d\.\d\d )/;
const VARYING = /\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d|(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\d{2,}/g;
const USER = /(\buser[ =]|\bfor (?:invalid user )?(?=\S+ from\b))(?!from\b|invalid user\b|request\b)([A-Za-z][\w.]*)/g;

function freshLine(line: string, rng: Rng): string {
  const header = HEADER.exec(line)?.[0] ?? '';
  const body = line
    .slice(header.length)
    .replace(VARYING, (text) => {
      if (text.includes('-')) return text;
      if (text.includes('.')) return [1, 2, 3, 4].map(() => 1 + rng.int(254)).join('.');
      return text.replace(/\d/g, (_, at: number) => String(at === 0 ? 1 + rng.int(9) : rng.int(10)));
    })
    .replace(USER, (_, before: string) => before + word(rng));
  return header + body;
}

function novelLine(line: string, rng: Rng): string {
  const header = HEADER.exec(line)?.[0] ?? '';
  return `${header}host app: ${Array.from({ length: 4 + rng.int(12) }, () => word(rng)).join(' ')}`;
}

function word(rng: Rng): string {
  return Array.from({ length: 3 + rng.int(6) }, () => String.fromCharCode(97 + rng.int(26))).join('');
}
