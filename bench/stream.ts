import { type ChildProcess, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Feed, followedFile, type ListeningFeed, syslogTcp, syslogUdp } from '../src/stream/index.ts';
import { median } from '../src/util/statistics.ts';

const LINES = Number(process.env.CARACAL_BENCH_LINES ?? 1_000_000);
const REPEATS = Number(process.env.CARACAL_BENCH_REPEATS ?? 5);

/** One run of one source. */
interface Run {
  readonly sent: number;
  readonly lines: number;
  readonly dropped: number;
  readonly seconds: number;
  readonly deliveries: number;
}

const parts: Readonly<Record<string, () => Promise<Run>>> = {
  'tcp-newline': () => overTcp('newline'),
  'tcp-octets': () => overTcp('octets'),
  udp: overUdp,
  file: fromFile,
};

/** Entry point of `npm run bench -- stream [PART...]`. */
export async function main({ only }: { readonly json: boolean; readonly only: readonly string[] }): Promise<unknown> {
  const names = Object.keys(parts).filter((name) => only.length === 0 || only.includes(name));
  const runs = new Map<string, Run[]>(names.map((name) => [name, []]));
  // In turn, so that whatever else the machine does meets all of them.
  for (let i = 0; i < REPEATS; i++) {
    for (const name of names) {
      const run = await parts[name]?.();
      if (run) runs.get(name)?.push(run);
    }
  }
  return {
    name: 'stream',
    unit: 'lines/s',
    method:
      `from the first line to the last of ${LINES} lines of ${line(0).length} bytes, RFC 3164, to a consumer that settles ` +
      `each delivery at once; senders run in a process of their own, as fast as they can, over the loopback interface; ` +
      `the file was written before; ${REPEATS} rounds, all samples given; of UDP what arrives counts, and the share ` +
      `that was dropped and counted is given`,
    hardware: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`,
    load: loadavg().map((load) => Math.round(load * 10) / 10),
    results: names.map((name) => {
      const samples = (runs.get(name) ?? []).map(({ lines, seconds }) => Math.round(lines / seconds));
      return {
        source: name,
        median: median(samples),
        samples,
        linesPerDelivery: Math.round(median((runs.get(name) ?? []).map((run) => run.lines / run.deliveries))),
        dropped: (runs.get(name) ?? []).map(({ sent, dropped }) => Math.round((dropped / sent) * 1000) / 1000),
        unaccounted: (runs.get(name) ?? []).map(({ sent, lines, dropped }) => sent - lines - dropped),
      };
    }),
  };
}

// --- internal ---

function line(i: number): string {
  return `<38>Mar 27 13:06:56 web sshd[${1000 + (i % 9000)}]: Accepted password for user${i % 40} from 10.0.${i % 250}.7 port ${2000 + (i % 60_000)} ssh2`;
}

/** Reads a feed until `enough` says so, settling each item. */
async function consume(feed: Feed, enough: (lines: number) => boolean): Promise<Omit<Run, 'sent' | 'dropped'>> {
  let lines = 0;
  let deliveries = 0;
  let started = 0;
  let last = 0;
  while (!enough(lines)) {
    const item = await feed.next();
    if (item === null) break;
    if (item.type === 'lines') {
      if (started === 0) started = performance.now();
      lines += item.count;
      deliveries++;
      last = performance.now();
    }
    item.done();
  }
  return { lines, deliveries, seconds: (last - started) / 1000 };
}

async function overTcp(framing: string): Promise<Run> {
  const feed = await syslogTcp({ port: 0 }).open(null);
  const sender = startSender(feed, framing);
  const run = await consume(feed, (lines) => lines >= LINES);
  await ended(sender);
  await feed.close();
  return { ...run, sent: LINES, dropped: 0 };
}

async function overUdp(): Promise<Run> {
  const feed = await syslogUdp({ port: 0 }).open(null);
  const sender = startSender(feed, 'udp');
  const running = consume(feed, () => false);
  await ended(sender);
  await feed.stop();
  const run = await running;
  const { droppedLines } = feed.counts();
  await feed.close();
  return { ...run, sent: LINES, dropped: droppedLines };
}

async function fromFile(): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  try {
    const path = join(folder, 'auth.log');
    writeFileSync(path, Array.from({ length: LINES }, (_, i) => `${line(i)}\n`).join(''));
    const feed = await followedFile(path).open(null);
    const run = await consume(feed, (lines) => lines >= LINES);
    await feed.close();
    return { ...run, sent: LINES, dropped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startSender({ address }: ListeningFeed, how: string): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [String(address.port), how]);
}

async function ended(sender: ChildProcess): Promise<void> {
  if (sender.exitCode === null) await once(sender, 'exit');
}

async function send(port: number, how: string): Promise<void> {
  if (how === 'udp') {
    const socket = createSocket('udp4');
    socket.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const messages = Array.from({ length: 1000 }, (_, i) => Buffer.from(line(i)));
    for (let i = 0; i < LINES; i += messages.length) {
      await new Promise<void>((resolve) => {
        let left = messages.length;
        for (const message of messages) socket.send(message, () => --left === 0 && resolve());
      });
    }
    socket.close();
    return;
  }
  const socket = connect({ port, host: '127.0.0.1' });
  for (let i = 0; i < LINES; i += 1000) {
    const lines = Array.from({ length: 1000 }, (_, j) => line(i + j));
    const bytes = lines.map((text) => (how === 'octets' ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`)).join('');
    if (!socket.write(bytes)) await once(socket, 'drain');
  }
  socket.end();
  await once(socket, 'close');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = '', how = ''] = process.argv.slice(2);
  await send(Number(port), how);
  process.disconnect?.();
}
