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
    for (const { path, lines } of files) io.out(`${neutral(args.out)}/${path}: ${plural(lines, 'line')}\n`);
    const phases = Object.keys(simulation.phases);
    io.out(
      phases.length > 0
        ? `${neutral(args.out)}/phases.json: ${phases.join(', ')}\n${neutral(args.out)}/labels.csv: ${plural(simulation.labels.length, 'line')} of the intruder\n`
        : 'nobody breaks in\n',
    );
  },
});
