import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A PostgreSQL server of our own: in a folder of its own, on a socket in that folder, without a port. */
export interface PostgresServer {
  /** Makes an empty database and gives its URL. */
  database(): Promise<string>;
  /** Ends it as a power cut would: connections break, nothing is written any more. */
  crash(): void;
  /** Starts it, and comes back when it answers. */
  start(): void;
  /** Ends it and removes its folder. */
  remove(): void;
}

/** Whether this machine has the programs of a server, and root a user to run them as. */
export function hasPostgres(): boolean {
  return programs() !== undefined && owner() !== undefined;
}

/** Makes and starts a server. Wants `remove()` at the end. */
export function startPostgres(): PostgresServer {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-pg-'));
  const user = owner();
  const bin = programs();
  if (!user || !bin) throw new Error('there is no PostgreSQL here: check hasPostgres() first');
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (program: string, ...args: string[]): void => {
    execFileSync(join(bin, program), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'caracal',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  );

  const settings = `-k ${folder} -c listen_addresses= -c fsync=off -c shared_buffers=32MB -c deadlock_timeout=10ms`;
  const start = (): void => run('pg_ctl', 'start', '-w', '-D', data, '-l', join(folder, 'log'), '-o', settings);
  const stop = (mode: string) =>
    spawnSync(join(bin, 'pg_ctl'), ['stop', '-w', '-D', data, '-m', mode], { ...user, cwd: folder, stdio: 'ignore' });
  const urlOf = (database: string): string => `postgres://caracal@/${database}?host=${encodeURIComponent(folder)}`;
  let databases = 0;
  const remove = (): void => {
    process.off('exit', remove);
    stop('immediate');
    rmSync(folder, { recursive: true, force: true });
  };
  // A run of tests that is stopped leaves none behind.
  process.once('exit', remove);
  start();
  return {
    start,
    crash: () => void stop('immediate'),
    async database() {
      const name = `test_${++databases}`;
      // Most tests that ask whether there is a server never talk to one.
      const { default: pg } = await import('pg');
      const client = new pg.Client(urlOf('postgres'));
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
    remove,
  };
}

// --- internal ---

/** The folder of `initdb` and `pg_ctl`: on the path, or where Debian keeps the newest version. */
function programs(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')));
}

/** Whom the server runs as: us, but never root, whom it refuses. */
function owner(): { readonly uid?: number; readonly gid?: number } | undefined {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
