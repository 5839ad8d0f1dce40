import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { parseSessionRule } from '../../sequence/index.ts';
import { streaming } from '../../service/index.ts';
import type { TlsFiles } from '../../stream/index.ts';
import { flags, numberFlag } from '../flags.ts';
import type { Io } from '../io.ts';
import { type LiveServer, openLiveServer } from '../live-server.ts';
import { tellLive } from '../live-text.ts';
import { onSignal } from '../process-end.ts';
import { endpointOf, sourceFlags, sourcesOf } from '../source-flags.ts';
import { count, neutral } from '../text.ts';

/** `caracal serve`: the live service with its API and dashboard, until it is stopped. */
export const serve = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'logs to follow; - for standard input' },
    ...sourceFlags,
    data: {
      type: 'string',
      default: 'caracal-data',
      valueHint: 'dir',
      description: 'folder of the database and the models',
    },
    database: { type: 'string', valueHint: 'url', description: 'postgres://... instead of a SQLite file in --data' },
    listen: {
      type: 'string',
      default: '127.0.0.1:7007',
      valueHint: '[host:]port',
      description: 'where API and dashboard are served',
    },
    'host-name': {
      type: 'string',
      valueHint: 'a,b',
      description: 'names that requests may be for, besides the address',
    },
    'tls-key': { type: 'string', valueHint: 'file', description: 'key of the certificate, PEM' },
    'tls-cert': { type: 'string', valueHint: 'file', description: 'serve over TLS with this certificate, PEM' },
    'client-ca': {
      type: 'string',
      valueHint: 'file',
      description: 'take syslog over TLS only from senders that it signed',
    },
    model: { ...flags.model, description: `kind of model to learn: ${streaming().join(', ')}` },
    'model-dir': flags['model-dir'],
    'learn-lines': {
      type: 'string',
      default: '20000',
      valueHint: 'n',
      description: 'lines to learn from before anything is judged',
    },
    relearn: { type: 'boolean', description: 'forget what was learned; stored lines, alerts and verdicts stay' },
    'new-token': { type: 'boolean', description: 'print another token of an administrator, for who has lost theirs' },
    session: flags.session,
    format: flags.format,
    timezone: flags.timezone,
    seed: flags.seed,
    open: { type: 'boolean', description: 'open the dashboard in a browser' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    const tls = tlsOf(args);
    const address = endpointOf('listen', args.listen);
    if (!streaming().includes(args.model)) {
      throw new CaracalError(
        'E_USAGE',
        `--model ${args.model}: cannot judge a stream. Choose ${streaming().join(' or ')}.`,
      );
    }
    const sources = sourcesOf(args._, args, tls);
    await mkdir(args.data, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw new CaracalError(
        'E_FILE_UNWRITABLE',
        `--data ${args.data}: cannot be made. Name another folder.`,
        {},
        { cause },
      );
    });
    for (const file of args._.filter((name) => name !== '-' && !existsSync(name))) {
      io.err(`caracal: ${neutral(file)}: is not there yet. It is followed from the moment it is.\n`);
    }
    const server = await openLiveServer({
      database: args.database ?? join(args.data, 'caracal.db'),
      models: join(args.data, 'models'),
      ...{ host: address.host, port: address.port, tls, sources, detector: args.model },
      names: args['host-name']?.split(',').map((name) => name.trim()) ?? [],
      modelDirectory: args['model-dir'],
      learnLines: numberFlag('learn-lines', args['learn-lines'], { least: 1000, most: 300_000, whole: true }) ?? 20_000,
      seed: numberFlag('seed', args.seed, { least: 0, most: 2 ** 32 - 1, whole: true }) ?? 1,
      ...(args.session === undefined ? {} : { session: parseSessionRule(args.session) }),
      ...{
        format: args.format,
        timezone: args.timezone,
        relearn: args.relearn === true,
        newToken: args['new-token'] === true,
      },
      onError: (what) => io.err(`caracal: ${neutral(what)}\n`),
    });
    await runLive(server, io, {
      ending: 'Ctrl+C ends it; it goes on where it was when it starts again.',
      json: args.json === true,
      open: args.open === true,
      lines: [
        `database  ${args.database === undefined ? join(args.data, 'caracal.db') : 'PostgreSQL'}`,
        `sources   ${sources.map(({ name }) => neutral(name)).join(', ')}`,
        `model     ${server.service.status().model ? `${server.service.status().model?.kind} judges, as it learned before` : `learns from the first ${count(Number(args['learn-lines']))} lines`}`,
      ],
    });
  },
});

/** How a live server shows itself on the command line. */
export interface LiveShow {
  readonly json: boolean;
  readonly open: boolean;
  readonly lines: readonly string[];
  /** What Ctrl+C means here. */
  readonly ending: string;
}

/** Shows where a server is, and what happens, until it ends. */
export async function runLive(server: LiveServer, io: Io, { json, open, lines, ending }: LiveShow): Promise<void> {
  const { http, service, firstToken } = server;
  onSignal(() => server.stop());
  const stopTelling = tellLive(service, io, json);
  try {
    if (json) {
      io.out(
        `${JSON.stringify({ type: 'serving', url: http.url, ...(firstToken === null ? {} : { token: firstToken }) })}\n`,
      );
    } else {
      const token = firstToken === null ? [] : [`sign in   with this token, which is shown this once: ${firstToken}`];
      io.out(`Caracal serves ${http.url}\n${[...lines, ...token].map((line) => `  ${line}`).join('\n')}\n`);
      io.out(`Windows and CRITICAL alerts are told here, the dashboard has all. ${ending}\n\n`);
    }
    if (open) openBrowser(http.url);
    await service.ended;
  } finally {
    stopTelling();
    await server.stop();
    onSignal(undefined);
  }
}

// --- internal ---

function tlsOf(args: {
  readonly 'tls-key'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'client-ca'?: string | undefined;
}): TlsFiles | undefined {
  const { 'tls-key': key, 'tls-cert': cert, 'client-ca': clientCa } = args;
  if (key === undefined && cert === undefined) return undefined;
  if (key === undefined || cert === undefined) {
    throw new CaracalError('E_USAGE', 'TLS takes both --tls-key FILE and --tls-cert FILE.');
  }
  return { key, cert, ...(clientCa === undefined ? {} : { clientCa }) };
}

function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  // Where there is no browser the address stands above.
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
