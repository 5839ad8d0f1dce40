import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of its own for the tests of one file, removed at the end. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  /** Writes a file, last changed on 20 April 2017, and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Makes an empty folder and gives its path. */
  directory(name: string): string;
}

const MODIFIED = Date.UTC(2017, 3, 20) / 1000;

/** Call it at the top of a test file. */
export function workspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    path,
    write: (name, content) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
      utimesSync(path(name), MODIFIED, MODIFIED);
      return path(name);
    },
    directory: (name) => {
      mkdirSync(path(name), { recursive: true });
      return path(name);
    },
  };
}

/** Lines of a made-up sshd, three to a session, a minute apart, from 27 March on. */
export function sshdLines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const session = Math.floor(i / 3);
    const message = [
      `Accepted password for user${session % 4} from 10.0.0.${session % 9} port ${2000 + session} ssh2`,
      `pam_unix(sshd:session): session opened for user user${session % 4}(uid=${1000 + (session % 4)}) by (uid=0)`,
      `Disconnected from user user${session % 4} 10.0.0.${session % 9} port ${2000 + session}`,
    ][i % 3];
    return `${syslogTime(Date.UTC(2017, 2, 27) + i * 60_000)} web sshd[${1000 + session}]: ${message}`;
  });
}

// --- internal ---

/** `Mar 27 13:06:56`. */
function syslogTime(time: number): string {
  const date = new Date(time);
  const month = date.toUTCString().slice(8, 11);
  return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)}`;
}
