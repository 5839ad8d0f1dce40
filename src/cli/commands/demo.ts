import { join } from 'node:path';
import { defineCommand } from 'citty';
import { temporaryFolder } from '../../pipeline/index.ts';
import { type Simulation, simulate } from '../../simulate/index.ts';
import { followedFile, httpPush } from '../../stream/index.ts';
import type { HuntWindow } from '../../types.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { prepareReplay } from '../live-replay.ts';
import { openLiveServer } from '../live-server.ts';
import { simulateFlags, simulationOptions } from '../simulate-flags.ts';
import { writeSimulation } from '../simulated-logs.ts';
import { endpointOf } from '../source-flags.ts';
import { clock, count, neutral, plural, table } from '../text.ts';
import { runScan } from './scan.ts';
import { runLive } from './serve.ts';

/** `caracal demo`: simulate a company with an intrusion, scan its logs, hold the result against the truth, watch it live. */
export const demo = defineCommand({
  args: {
    ...simulateFlags,
    threads: flags.threads,
    out: { type: 'string', valueHint: 'dir', description: 'keep the simulated logs there' },
    json: flags.json,
    serve: { type: 'boolean', description: 'then serve the dashboard on a live replay (default: on a terminal)' },
    listen: {
      type: 'string',
      default: '127.0.0.1:7007',
      valueHint: '[host:]port',
      description: 'where the dashboard is served',
    },
    open: { type: 'boolean', description: 'open the dashboard in a browser' },
  },
  async run({ args, data }) {
    const io = data as Io;
    const serves = args.serve ?? (io.outIsTerminal && !args.json);
    const chosen = simulationOptions(args);
    // A live replay is of the last days; what is only scanned is the same on every day.
    const start = Math.floor(io.now() / DAY) * DAY - (chosen.days ?? 7) * DAY;
    const simulation = simulate(serves ? { ...chosen, start } : chosen);
    const temporary = args.out === undefined ? await temporaryFolder('demo') : undefined;
    const directory = args.out ?? join(temporary?.path ?? '', 'company');
    try {
      await writeSimulation(directory, simulation);
      if (!args.json) io.out(introduction(simulation));
      const { windows } = await runScan([join(directory, 'logs')], args, io);
      if (!args.json) io.out(truth(simulation, windows, io));
      if (serves) await watch(simulation, endpointOf('listen', args.listen), args, io);
      if (!args.json && args.out === undefined) {
        io.out('\nThe logs are gone again; keep them with --out DIR. Next: caracal scan /var/log/auth.log\n');
      }
    } finally {
      await temporary?.remove();
    }
  },
});

// --- internal ---

const DAY = 86_400_000;

/** Serves the dashboard while the company's logs are written anew. */
async function watch(
  simulation: Simulation,
  { host, port }: { readonly host: string; readonly port: number },
  args: { readonly json?: boolean | undefined; readonly open?: boolean | undefined },
  io: Io,
): Promise<void> {
  const folder = await temporaryFolder('live');
  try {
    const replay = await prepareReplay(join(folder.path, 'logs'), simulation);
    const server = await openLiveServer({
      database: join(folder.path, 'caracal.db'),
      models: join(folder.path, 'models'),
      sources: [...replay.files.map((file) => followedFile(file)), httpPush()],
      ...{ host, port, learnLines: replay.learned },
      onError: (what) => io.err(`caracal: ${neutral(what)}\n`),
    });
    const done = replay.run(server.service).catch((error: unknown) => io.err(`caracal: the replay ended: ${error}\n`));
    if (!args.json) io.out('\nNow the same days as they happen:\n\n');
    try {
      await runLive(server, io, {
        ending: 'Ctrl+C ends it, and takes all of it away.',
        ...{ json: args.json === true, open: args.open === true },
        lines: [
          `model     learns from ${count(replay.learned)} lines, about ten seconds`,
          `then      the days until ${clock(replay.liveFrom)} at once, and what follows 30 times as fast as it was`,
        ],
      });
    } finally {
      replay.stop();
      await done;
    }
  } finally {
    await folder.remove();
  }
}

function introduction({ files, company, start, end }: Simulation): string {
  const lines = [...files.values()].reduce((sum, list) => sum + list.length, 0);
  return (
    `A made-up company: ${plural(company.hosts.length, 'host')}, ${plural(company.users.length, 'person', 'people')}, ` +
    `${plural((end - start) / 86_400_000, 'day')}, ${plural(lines, 'log line')}. Somebody may have broken in; ` +
    'nothing below was told which lines are the intruder’s.\n'
  );
}

/** Which windows touch which phases: shown last, known to nothing before. */
function truth({ phases, labels }: Simulation, windows: readonly HuntWindow[], io: Io): string {
  const rows = Object.entries(phases).map(([name, [from, to]]) => {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const touching = windows.flatMap((window, i) => (window.start <= end && window.end >= start ? [i + 1] : []));
    const lines = labels.filter(({ label }) => label === name).length;
    return { name, start, lines, touching };
  });
  if (rows.length === 0) return '\nThe truth: nobody broke in.\n';
  const found = rows.filter(({ touching }) => touching.length > 0).length;
  return `\nThe truth: ${found} of ${plural(rows.length, 'phase')} of the intrusion ${found === 1 ? 'lies' : 'lie'} in a window\n\n${table(
    rows,
    [
      { title: 'phase', cell: ({ name }) => name },
      { title: 'begins', cell: ({ start }) => clock(start) },
      { title: 'lines', cell: ({ lines }) => count(lines), align: 'right' },
      { title: 'in window', cell: ({ touching }) => (touching.length > 0 ? touching.join(', ') : 'missed') },
    ],
    io.width,
  )}`;
}
