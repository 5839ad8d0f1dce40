import { join } from 'node:path';
import { defineCommand } from 'citty';
import { temporaryFolder } from '../../pipeline/index.ts';
import { type Simulation, simulate } from '../../simulate/index.ts';
import type { HuntWindow } from '../../types.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { simulateFlags, simulationOptions } from '../simulate-flags.ts';
import { writeSimulation } from '../simulated-logs.ts';
import { clock, count, plural, table } from '../text.ts';
import { runScan } from './scan.ts';

/** `caracal demo`: simulate a company with an intrusion, scan its logs, hold the result against the truth. */
export const demo = defineCommand({
  args: {
    ...simulateFlags,
    threads: flags.threads,
    out: { type: 'string', valueHint: 'dir', description: 'keep the simulated logs there' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const simulation = simulate(simulationOptions(args));
    const temporary = args.out === undefined ? await temporaryFolder('demo') : undefined;
    const directory = args.out ?? join(temporary?.path ?? '', 'company');
    try {
      await writeSimulation(directory, simulation);
      if (!args.json) io.out(introduction(simulation));
      const { windows } = await runScan([join(directory, 'logs')], args, io);
      if (!args.json) io.out(truth(simulation, windows, io));
      if (!args.json && args.out === undefined) {
        io.out('\nThe logs are gone again; keep them with --out DIR. Next: caracal scan /var/log/auth.log\n');
      }
    } finally {
      await temporary?.remove();
    }
  },
});

// --- internal ---

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
