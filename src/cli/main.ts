import { parseArgs, stripVTControlCharacters } from 'node:util';
import { type ArgsDef, renderUsage, runCommand } from 'citty';
import { CaracalError } from '../errors.ts';
import { version } from '../files/index.ts';
import { commands } from './commands.ts';
import { EXIT } from './exit.ts';
import { type Io, processIo } from './io.ts';
import { nearest } from './nearest.ts';
import { watchProcess } from './process-end.ts';
import { neutral } from './text.ts';

/**
 * Runs one command line and gives its exit code: 0 done, 1 findings where `--fail-on`
 * asks for it, 2 bad usage or input, 3 an error of our own.
 */
export async function main(argv: readonly string[], io: Io = processIo): Promise<number> {
  const [verb, ...rest] = argv;
  if (io === processIo) watchProcess();
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
      const meta = { name: `caracal ${verb}`, description: entry.description };
      const usage = (await renderUsage({ ...command, meta })).replace('[FILE]', 'FILE...');
      io.out(io.outIsTerminal ? `${usage}\n` : plain(usage));
      return EXIT.done;
    }
    checkFlags(verb, rest, flags);
    const { result } = await runCommand(command, { rawArgs: rest, data: io });
    return typeof result === 'number' ? result : EXIT.done;
  } catch (error) {
    return fail(error, verb, io);
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

/** Help as text for a file or a pipe: no colours, no blanks at line ends. */
function plain(usage: string): string {
  return `${stripVTControlCharacters(usage).replace(/ +$/gm, '')}\n`;
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
    const near = unknown === undefined ? undefined : nearest(unknown, [...Object.keys(options), 'help']);
    throw new CaracalError(
      'E_USAGE',
      `${complaint(cause)}.${near ? ` Did you mean --${near}?` : ''} See caracal ${verb} --help.`,
      {},
      { cause },
    );
  }
}

/** What `parseArgs` has against the arguments, in one sentence without its full stop. */
function complaint(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const flag = /'(?:-\w, )?(--[\w-]+)/.exec(message)?.[1];
  if (flag && /argument missing/.test(message)) return `${flag} needs a value`;
  if (flag && /ambiguous/.test(message)) {
    return `${flag} needs a value; one that begins with a dash is written ${flag}=-VALUE`;
  }
  return message.split(/\. |\n/)[0]?.replace(/\.$/, '') ?? message;
}

function fail(error: unknown, verb: string | undefined, io: Io): number {
  if (error instanceof CaracalError && error.code !== 'E_INTERNAL') {
    io.err(`caracal: ${neutral(error.message)}\n`);
    return EXIT.usage;
  }
  if (error instanceof Error && error.name === 'CLIError') {
    io.err(`caracal: ${neutral(error.message.replace(/\.$/, ''))}. See caracal ${verb} --help.\n`);
    return EXIT.usage;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`caracal: an error of our own, please report it with the lines below.\n${trace}\n`);
  return EXIT.internal;
}
