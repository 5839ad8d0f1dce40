import type { Rng } from '../../util/rng.ts';
import { around, SECOND } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import type { Shell } from './sshd.ts';

/** What sudo 1.9 writes. */
export interface SudoCommand {
  readonly command: string;
  readonly directory?: string;
  /** Milliseconds that the command runs, unless `body` takes longer. */
  readonly duration?: number;
  /** Wrong passwords typed first. */
  readonly typos?: number;
  /** Whom it runs as. */
  readonly target?: { readonly name: string; readonly uid: number };
  /** What the command makes others write. */
  readonly body?: Script;
}

/** A command run as another user, root unless told. */
export function* sudo(rng: Rng, shell: Shell, run: SudoCommand): Script {
  const target = run.target ?? { name: 'root', uid: 0 };
  const by = `${shell.account.name}(uid=${shell.account.uid})`;
  if (!shell.alive()) return;
  if ((run.typos ?? 0) > 0) {
    shell.machine.auth('sudo', passwordFailure(shell));
    yield (run.typos ?? 0) * around(rng, 4 * SECOND);
  }
  if (!shell.alive()) return;
  shell.machine.auth('sudo', line(shell, run, target.name));
  shell.machine.auth(
    'sudo',
    `pam_unix(sudo:session): session opened for user ${target.name}(uid=${target.uid}) by ${by}`,
  );
  if (run.body !== undefined) yield* run.body;
  yield run.duration ?? around(rng, 300);
  if (shell.alive()) shell.machine.auth('sudo', `pam_unix(sudo:session): session closed for user ${target.name}`);
}

/** Somebody who types wrong passwords until sudo gives up. */
export function* sudoRefused(rng: Rng, shell: Shell, command: string, tries: number): Script {
  yield around(rng, 3 * SECOND);
  shell.machine.auth('sudo', passwordFailure(shell));
  yield tries * around(rng, 4 * SECOND);
  const attempts = `${tries} incorrect password attempt${tries === 1 ? '' : 's'}`;
  shell.machine.auth('sudo', line(shell, { command }, 'root', `${attempts} ; `));
}

/** Somebody whom the policy allows nothing. */
export function* sudoForbidden(rng: Rng, shell: Shell, command: string): Script {
  yield around(rng, 4 * SECOND);
  shell.machine.auth('sudo', line(shell, { command }, 'root', 'user NOT in sudoers ; '));
}

// --- internal ---

function line(shell: Shell, run: SudoCommand, target: string, problem = ''): string {
  const directory = run.directory ?? (shell.account.uid === 0 ? '/root' : `/home/${shell.account.name}`);
  return `${shell.account.name.padStart(8)} : ${problem}${terminal(shell)}PWD=${directory} ; USER=${target} ; COMMAND=${run.command}`;
}

function terminal(shell: Shell): string {
  return shell.terminal < 0 ? '' : `TTY=pts/${shell.terminal} ; `;
}

function passwordFailure(shell: Shell): string {
  const { name, uid } = shell.account;
  return `pam_unix(sudo:auth): authentication failure; logname=${name} uid=${uid} euid=0 tty=/dev/pts/${Math.max(0, shell.terminal)} ruser=${name} rhost=  user=${name}`;
}
