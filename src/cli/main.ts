import { parseArgs } from 'node:util';
import { type ArgsDef, renderUsage, runCommand } from 'citty';
import { CaracalError } from '../errors.ts';
import { version } from '../files/index.ts';
import { commands } from './commands.ts';
import { EXIT } from './exit.ts';
import { type Io, processIo } from './io.ts';
import { neutral } from './text.ts';

/**
 * Runs one command line and gives its exit code: 0 done, 1 findings where `--fail-on`
 * asks for it, 2 bad usage or input, 3 an error of our own.
 */
export async function main(argv: readonly string[], io: Io = processIo): Promise<number> {
  const [verb, ...rest] = argv;
  try {
    if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') {
      io.out(overview());
      return verb === undefined ? EXIT.usage : EXIT.done;
    }
    if (verb === '--version' || verb === '-v') {
      io.out(`${version}\n`);
      return EXIT.done;
    }
    const entry = commands[verb];
    if (!entry) {
      const near = nearest(verb, Object.keys(commands));
      throw new CaracalError(
        'E_USAGE',
        `there is no command '${verb}'.${near ? ` Did you mean '${near}'?` : ''} See caracal --help.`,
      );
    }
    const command = await entry.load();
    const flags = (command.args ?? {}) as ArgsDef;
    if (rest.includes('--help') || rest.includes('-h')) {
      io.out(
        `${await renderUsage({ ...command, meta: { name: `caracal ${verb}`, description: entry.description } })}\n`,
      );
      return EXIT.done;
    }
    checkFlags(verb, rest, flags);
    const { result } = await runCommand(command, { rawArgs: rest, data: io });
    return typeof result === 'number' ? result : EXIT.done;
  } catch (error) {
    return fail(error, io);
  }
}

// --- internal ---

function overview(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(width)}  ${description}`);
  return `caracal ${version}: hears in logs what does not belong, and cuts out the time worth an analyst's hours.

Usage: caracal <command> [options]

${lines.join('\n')}

Start with: caracal demo, or caracal scan /var/log/auth.log
Options of a command: caracal <command> --help
`;
}

/** Refuses what the command does not know, before anything is read or written. */
function checkFlags(verb: string, args: readonly string[], flags: ArgsDef): void {
  const options = Object.fromEntries(
    Object.entries(flags)
      .filter(([, flag]) => flag.type !== 'positional')
      .map(([name, flag]) => [name, { type: flag.type === 'boolean' ? ('boolean' as const) : ('string' as const) }]),
  );
  const takesFiles = Object.values(flags).some((flag) => flag.type === 'positional');
  try {
    parseArgs({ args: [...args], options, allowPositionals: takesFiles, allowNegative: true, strict: true });
  } catch (cause) {
    const unknown = /Unknown option '(?:--)?([^']+)'/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(options));
    const what = cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause);
    throw new CaracalError(
      'E_USAGE',
      `${what}.${near ? ` Did you mean --${near}?` : ''} See caracal ${verb} --help.`,
      {},
      { cause },
    );
  }
}

function fail(error: unknown, io: Io): number {
  if (error instanceof CaracalError && error.code !== 'E_INTERNAL') {
    io.err(`caracal: ${neutral(error.message)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Error && error.name === 'CLIError') {
    io.err(`caracal: ${neutral(error.message)} See --help.\n`);
    return EXIT.usage;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`caracal: an error of our own, please report it with the lines below.\n${trace}\n`);
  return EXIT.internal;
}

/** The name that differs in the fewest letters, if it is near enough to be meant. */
function nearest(wanted: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
