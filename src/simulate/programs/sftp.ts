import type { Rng } from '../../util/rng.ts';
import { around, characters, integer, SECOND } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import type { Shell } from './sshd.ts';

/** Files that a session copies. */
export interface SftpTransfer {
  readonly direction: 'READ' | 'WRITE';
  readonly directory: string;
  /** Names within the directory. */
  readonly files: readonly string[];
  /** Usual size, bytes. */
  readonly median: number;
}

/** What sftp-server logs of a transfer at level INFO. */
export function* sftpTransfer(rng: Rng, shell: Shell, transfer: SftpTransfer): Script {
  const { direction, directory, files, median } = transfer;
  const server = shell.fork('sftp-server');
  server.auth(`session opened for local user ${shell.account.name} from [${shell.from}]`);
  yield around(rng, 2 * SECOND);
  server.auth(`opendir "${directory}"`);
  server.auth(`closedir "${directory}"`);
  for (const file of files) {
    yield around(rng, 4 * SECOND);
    const path = `${directory}/${file}`;
    const size = Math.round(around(rng, median, 1.2));
    const flags = direction === 'READ' ? 'READ mode 0666' : 'WRITE,CREATE,TRUNCATE mode 0664';
    server.auth(`open "${path}" flags ${flags}`);
    yield 30 + (size / BYTES_PER_SECOND) * SECOND;
    const [read, written] = direction === 'READ' ? [size, 0] : [0, size];
    server.auth(`close "${path}" bytes read ${read} written ${written}`);
  }
  yield around(rng, 3 * SECOND);
  server.auth(`session closed for local user ${shell.account.name} from [${shell.from}]`);
}

/** Names as people give them to documents. */
export function documentNames(rng: Rng, count: number): string[] {
  return Array.from({ length: count }, () => documentName(rng));
}

// --- internal ---

const BYTES_PER_SECOND = 9e6;

function documentName(rng: Rng): string {
  const topic = rng.pick(['offer', 'invoice', 'report', 'drawing', 'minutes', 'contract', 'scan', 'prices', 'layout']);
  const detail = rng.pick([
    `${integer(rng, 2021, 2025)}-${integer(rng, 1, 12)}`,
    `v${integer(rng, 1, 9)}`,
    characters(rng, 'abcdefghkmnprstuv', 5),
  ]);
  return `${topic}_${detail}.${rng.pick(['pdf', 'xlsx', 'docx', 'zip', 'dwg', 'csv'])}`;
}
