import { join } from 'node:path';
import { defineCommand } from 'citty';
import { simulate } from '../../simulate/index.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { simulateFlags, simulationOptions } from '../simulate-flags.ts';
import { writeSimulation } from '../simulated-logs.ts';
import { neutral, plural } from '../text.ts';

/** `caracal simulate`: a company's logs with their ground truth, written to a directory. */
export const simulateCommand = defineCommand({
  args: {
    ...simulateFlags,
    out: {
      type: 'string',
      required: true,
      valueHint: 'dir',
      description: 'directory to write, new or made by simulate',
    },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const simulation = simulate(simulationOptions(args));
    await writeSimulation(args.out, simulation);
    const files = [...simulation.files].map(([path, lines]) => ({ path, lines: lines.length }));
    if (args.json) {
      io.out(
        `${JSON.stringify({ type: 'summary', out: args.out, files, labels: simulation.labels.length, phases: simulation.phases })}\n`,
      );
      return;
    }
    const directory = neutral(args.out);
    for (const { path, lines } of files) io.out(`${directory}/${path}: ${plural(lines, 'line')}\n`);
    const phases = Object.keys(simulation.phases);
    io.out(`${directory}/phases.json: ${phases.length > 0 ? phases.join(', ') : 'nobody breaks in'}\n`);
    io.out(`${directory}/labels.csv: ${plural(simulation.labels.length, 'line')} of the intruder\n`);
    io.out(
      `${directory}/oddities.json: ${plural(Object.keys(simulation.oddities).length, 'unusual thing')} that nobody meant ill by\n`,
    );
    io.out(`\nNext: caracal scan ${shellWord(join(args.out, 'logs'))}\n`);
  },
});

// --- internal ---

/** A path as it can be pasted into a shell. */
function shellWord(path: string): string {
  return /^[\w./+-]+$/.test(path) ? path : `'${neutral(path).replaceAll("'", "'\\''")}'`;
}
