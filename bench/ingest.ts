import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { simulate } from '../src/simulate/index.ts';
import { openStore } from '../src/store/index.ts';
import { median, quantile } from '../src/util/statistics.ts';
import { build } from './built.ts';

const SYSLOG = 7514;
const API = 7507;
const LEARN = 20_000;
const RATE = Number(process.env.CARACAL_BENCH_RATE ?? 21_000);
const SECONDS = Number(process.env.CARACAL_BENCH_SECONDS ?? 180);
/** Lines a second while alerts are timed, for how long, and how often one comes. */
const QUIET_RATE = 5000;
const QUIET_SECONDS = 60;
const PROBE_EVERY = 200;
const STEP = 20;

/** `npm run bench -- ingest`: the whole service under load, in one process, from a socket into SQLite. */
export async function main(): Promise<unknown> {
  const built = build('ingest');
  const folder = mkdtempSync(join(tmpdir(), 'caracal-ingest-'));
  const server = await startServer(folder, join(built.folder, 'src/cli/index.js'));
  try {
    const lines = createLines();
    const socket = connect(SYSLOG, '127.0.0.1');
    await once(socket, 'connect');
    await send(socket, lines, { rate: 5000, seconds: (LEARN + 2000) / 5000 });
    await server.live;
    const memory = sampleMemory(server.process);
    const load = loadavg()[0] ?? 0;
    const before = await server.totals();
    const sustained = await send(socket, lines, { rate: RATE, seconds: SECONDS });
    const drained = await server.drained(before.lines + sustained.lines);
    const afterLoad = memory.read();
    const timed = await timeAlerts(socket, lines, server);
    memory.stop();
    socket.destroy();
    const after = await server.totals();
    await server.stop();
    const stored = await storedLines(join(folder, 'caracal.db'));
    return {
      name: 'ingest',
      method:
        `caracal serve in one process, syslog over TCP on the loopback interface into SQLite; lines of a simulated company ` +
        `(new times, process ids and ports each), learned from the first ${LEARN}; ${RATE} lines/s for ${SECONDS} s; then ` +
        `${QUIET_RATE} lines/s for ${QUIET_SECONDS} s with a line never seen from a new address every ${PROBE_EVERY} ms: ` +
        'the time from its sending to the alert, which is sent when it is stored',
      hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
      load: Math.round(load * 10) / 10,
      sustained: {
        sent: sustained.lines,
        seconds: round(sustained.seconds),
        linesPerSecond: Math.round(sustained.lines / (sustained.seconds + drained)),
        secondsBehindAtTheEnd: round(drained),
        megabytes: {
          median: Math.round(median(afterLoad)),
          largest: Math.round(Math.max(...afterLoad)),
          samples: afterLoad.map(Math.round),
        },
      },
      alerts: {
        probes: timed.length,
        milliseconds: {
          p50: round(quantile(timed, 0.5)),
          p99: round(quantile(timed, 0.99)),
          largest: round(Math.max(...timed)),
          samples: timed.map(Math.round),
        },
      },
      checks: {
        linesReceived: after.lines,
        linesStored: stored,
        databaseMegabytes: Math.round(statSync(join(folder, 'caracal.db')).size / 1e6),
        ...{ flagged: after.flagged, alerts: after.alerts, windows: after.windows },
      },
    };
  } finally {
    server.process.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    rmSync(built.folder, { recursive: true, force: true });
  }
}

// --- internal ---

interface Totals {
  readonly lines: number;
  readonly flagged: number;
  readonly alerts: number;
  readonly windows: number;
}

interface Server {
  readonly process: ChildProcess;
  readonly live: Promise<void>;
  totals(): Promise<Totals>;
  /** Waits until so many lines are durable; gives the seconds. */
  drained(lines: number): Promise<number>;
  /** Calls back with the text of each alert as it comes. */
  onAlert(callback: (reason: string, entity: string) => void): void;
  stop(): Promise<void>;
}

async function startServer(folder: string, program: string): Promise<Server> {
  const args = [
    'serve',
    '--json',
    '--data',
    folder,
    '--syslog-tcp',
    String(SYSLOG),
    '--listen',
    String(API),
    '--learn-lines',
    String(LEARN),
  ];
  const launcher = join(folder, 'caracal.mjs');
  writeFileSync(
    launcher,
    `import { main } from ${JSON.stringify(program)};\nprocess.exitCode = await main(process.argv.slice(2));\n`,
  );
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let token = '';
  let serving = (): void => {};
  let live = (): void => {};
  const isServing = new Promise<void>((resolve) => {
    serving = resolve;
  });
  const isLive = new Promise<void>((resolve) => {
    live = resolve;
  });
  let onAlert: (reason: string, entity: string) => void = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.type === 'serving') {
      token = message.token;
      serving();
    } else if (message.type === 'status' && message.status.phase === 'live') live();
    else if (message.type === 'alert' && message.change === 'added')
      onAlert(message.alert.reason, message.alert.entity?.value ?? '');
  });
  await isServing;
  const totals = async (): Promise<Totals> => {
    const answer = await fetch(`http://127.0.0.1:${API}/api/v1/status`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const status = (await answer.json()) as { totals: Totals };
    return status.totals;
  };
  return {
    ...{ process: child, live: isLive, totals },
    drained: async (lines) => {
      const start = performance.now();
      while ((await totals()).lines < lines) {
        if (performance.now() - start > 120_000) break;
        await pause(50);
      }
      return (performance.now() - start) / 1000;
    },
    onAlert: (callback) => {
      onAlert = callback;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Endless lines of a company: its own in turn, with times, process ids and ports of now. */
function createLines(): () => string {
  const { files } = simulate({ seed: 7, days: 7, intrusion: false });
  // Of one month, so that the text of their times is in order.
  const all = [...files.values()]
    .flat()
    .filter((line) => /^Mar [ \d]\d \d\d:\d\d:\d\d /.test(line))
    .sort((a, b) => (a.slice(0, 15) < b.slice(0, 15) ? -1 : 1));
  let at = 0;
  let pass = 0;
  return () => {
    const line = all[at] ?? '';
    if (++at === all.length) {
      at = 0;
      pass++;
    }
    const now = new Date();
    const stamp = `${MONTHS[now.getUTCMonth()]} ${String(now.getUTCDate()).padStart(2)} ${now.toISOString().slice(11, 19)}`;
    const fresh = line.slice(15).replace(/\[(\d+)\]/, (_, pid) => `[${Number(pid) + pass * 1_000_000}]`);
    return `<38>${stamp}${fresh}\n`;
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Sends at a steady rate, as far as the receiver takes it. */
async function send(
  socket: Socket,
  next: () => string,
  { rate, seconds, probe }: { rate: number; seconds: number; probe?: () => string | null },
) {
  const start = performance.now();
  let lines = 0;
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * rate);
    let block = '';
    for (; lines < due; lines++) block += next();
    const extra = probe?.() ?? null;
    if (extra !== null) block += extra;
    if (block !== '' && !socket.write(block)) await once(socket, 'drain');
    await pause(STEP);
  }
  return { lines, seconds: (performance.now() - start) / 1000 };
}

async function timeAlerts(socket: Socket, lines: () => string, server: Server): Promise<number[]> {
  const sent = new Map<string, number>();
  const times: number[] = [];
  server.onAlert((_reason, entity) => {
    const at = sent.get(entity);
    if (at === undefined) return;
    sent.delete(entity);
    times.push(performance.now() - at);
  });
  let last = performance.now();
  let number = 0;
  const probe = (): string | null => {
    if (performance.now() - last < PROBE_EVERY) return null;
    last = performance.now();
    number++;
    const address = `10.77.${number >> 8}.${number & 255}`;
    sent.set(address, last);
    return `<36>${lines().slice(4, 19)} gate kernel: rootkit loader unpacked payload stage ${number} from ${address}\n`;
  };
  await send(socket, lines, { rate: QUIET_RATE, seconds: QUIET_SECONDS, probe });
  await pause(2000);
  if (sent.size > 0) console.error(`bench: ${sent.size} of ${number} probes had no alert`);
  return times;
}

function sampleMemory({ pid }: ChildProcess) {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    samples.push(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 1000);
  return { read: () => [...samples], stop: () => clearInterval(timer) };
}

async function storedLines(file: string): Promise<number> {
  const store = await openStore(file);
  const { records } = await store.retention.size();
  await store.close();
  return records;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const round = (value: number): number => Math.round(value * 10) / 10;
