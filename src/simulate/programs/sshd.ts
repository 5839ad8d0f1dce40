import type { Rng } from '../../util/rng.ts';
import { ephemeralPort } from '../addresses.ts';
import { around, SECOND } from '../chance.ts';
import type { Account } from '../company.ts';
import type { Machine, Process } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import { closeSession, openSession } from './login-session.ts';

/** Sessions and refusals of OpenSSH 8.9 with privilege separation: the monitor logs in, its child talks. */
export interface SshLogin {
  readonly account: Account;
  /** Address of the client. */
  readonly from: string;
  readonly method: 'password' | 'publickey';
  /** Passwords mistyped before the right one. */
  readonly typos?: number;
  /** No terminal: a command, a copy, a tunnel. */
  readonly batch?: boolean;
}

/** An open session, as the scripts in it see it. */
export interface Shell {
  readonly machine: Machine;
  readonly account: Account;
  readonly from: string;
  /** Number of the pseudo-terminal; -1 without one. */
  readonly terminal: number;
  alive(): boolean;
  /** Starts a program of this session. */
  fork(program: string): Process;
}

/** A whole session: connects, logs in, does `body`, logs out. Nothing happens where the machine is down. */
export function* sshSession(
  world: World,
  rng: Rng,
  machine: Machine,
  login: SshLogin,
  body: (shell: Shell) => Script,
): Script {
  if (!machine.up) return;
  const { account, from } = login;
  const port = ephemeralPort(rng);
  const monitor = machine.fork('sshd');
  logConnection(world, machine, monitor, from, port);
  yield 150 + around(rng, 200);
  if (login.method === 'publickey') {
    if (world.company.verboseSsh) {
      monitor.auth(`Accepted key ${account.key} found at /home/${account.name}/.ssh/authorized_keys:1`);
      monitor.auth(`Postponed publickey for ${account.name} from ${from} port ${port} ssh2 [preauth]`);
    }
    monitor.auth(`Accepted publickey for ${account.name} from ${from} port ${port} ssh2: ${account.key}`);
  } else {
    for (let typo = 0; typo < (login.typos ?? 0); typo++) {
      yield around(rng, 4 * SECOND);
      if (typo === 0) monitor.auth(authenticationFailure(from, account.name));
      yield 1800 + rng.int(600);
      monitor.auth(`Failed password for ${account.name} from ${from} port ${port} ssh2`);
    }
    yield around(rng, 4 * SECOND);
    monitor.auth(`Accepted password for ${account.name} from ${from} port ${port} ssh2`);
  }
  const session = openSession(machine, rng, account, monitor, 'sshd');
  yield 40 + rng.int(60);
  const child = machine.fork('sshd');
  if (world.company.verboseSsh) monitor.auth(`User child is on pid ${child.pid}`);
  const terminal = login.batch === true ? -1 : machine.openTerminal();
  if (world.company.verboseSsh && terminal >= 0) {
    child.auth(`Starting session: shell on pts/${terminal} for ${account.name} from ${from} port ${port} id 0`);
  }
  const fork = (program: string): Process => (monitor.alive() ? machine.fork(program) : monitor);
  yield* body({ machine, account, from, terminal, alive: monitor.alive, fork });
  if (!monitor.alive()) return;
  if (terminal >= 0) machine.closeTerminal(terminal);
  child.auth(`Received disconnect from ${from} port ${port}:11: disconnected by user`);
  child.auth(`Disconnected from user ${account.name} ${from} port ${port}`);
  yield 10 + rng.int(40);
  closeSession(world, rng, session);
}

/** One connection that guesses passwords of `name` and gives up. */
export function* sshGuess(
  world: World,
  rng: Rng,
  machine: Machine,
  from: string,
  name: string,
  known: boolean,
  tries: number,
  ending: 'closed' | 'disconnect' | 'reset',
): Script {
  const port = ephemeralPort(rng);
  const process = machine.fork('sshd');
  logConnection(world, machine, process, from, port);
  yield 200 + around(rng, 500);
  const who = known ? name : `invalid user ${name}`;
  if (!known) process.auth(`Invalid user ${name} from ${from} port ${port}`);
  const failure = `Failed password for ${who} from ${from} port ${port} ssh2`;
  const reduced = world.company.reducesRepeats && known && tries > 2;
  for (let i = 0; i < tries; i++) {
    if (!known) process.auth('pam_unix(sshd:auth): check pass; user unknown');
    if (i === 0) process.auth(authenticationFailure(from, known ? name : null));
    yield 1600 + around(rng, 500);
    if (!reduced || i === 0) process.auth(failure);
    else if (i === tries - 1) process.auth(`message repeated ${i} times: [ ${failure}]`);
    yield around(rng, 400);
  }
  const subject = known ? `authenticating user ${name}` : `invalid user ${name}`;
  if (tries >= 6) {
    process.auth(`error: maximum authentication attempts exceeded for ${who} from ${from} port ${port} ssh2 [preauth]`);
    process.auth(`Disconnecting ${subject} ${from} port ${port}: Too many authentication failures [preauth]`);
  } else if (ending === 'disconnect') {
    process.auth(`Received disconnect from ${from} port ${port}:11: Bye Bye [preauth]`);
    process.auth(`Disconnected from ${subject} ${from} port ${port} [preauth]`);
  } else {
    process.auth(`Connection ${ending === 'reset' ? 'reset' : 'closed'} by ${subject} ${from} port ${port} [preauth]`);
  }
  if (tries < 2) return;
  const others = tries === 2 ? '1 more authentication failure' : `${tries - 1} more authentication failures`;
  process.auth(`PAM ${others}; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from} ${known ? ` user=${name}` : ''}`);
  if (tries > 4) process.auth(`PAM service(sshd) ignoring max retries; ${tries} > 3`);
}

/** A connection that never tries to log in: scanners, health checks, confused clients. */
export function sshProbe(world: World, rng: Rng, machine: Machine, from: string): void {
  const port = ephemeralPort(rng);
  const process = machine.fork('sshd');
  logConnection(world, machine, process, from, port);
  switch (rng.int(6)) {
    case 0:
      process.auth('error: kex_exchange_identification: client sent invalid protocol identifier "GET / HTTP/1.1"');
      process.auth(`banner exchange: Connection from ${from} port ${port}: invalid format`);
      return;
    case 1:
      process.auth(`error: kex_exchange_identification: read: Connection reset by peer`);
      process.auth(`Connection reset by ${from} port ${port}`);
      return;
    case 2:
      process.auth(
        `Unable to negotiate with ${from} port ${port}: no matching key exchange method found. Their offer: ${rng.pick(OLD_KEX)} [preauth]`,
      );
      return;
    case 3:
      process.auth(`Connection closed by ${from} port ${port} [preauth]`);
      return;
    default:
      process.auth('error: kex_exchange_identification: Connection closed by remote host');
      process.auth(`Connection closed by ${from} port ${port}`);
  }
}

// --- internal ---

const OLD_KEX = [
  'diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1',
  'diffie-hellman-group1-sha1',
  'diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1',
];

function logConnection(world: World, machine: Machine, process: Process, from: string, port: number): void {
  // The unprivileged child of the key exchange takes a process id too, but speaks through its parent.
  machine.fork('sshd');
  if (!world.company.verboseSsh) return;
  const inside = from.startsWith(`${world.company.network}.`);
  const to = inside ? machine.host.address : (machine.host.publicAddress ?? machine.host.address);
  process.auth(`Connection from ${from} port ${port} on ${to} port 22 rdomain ""`);
}

function authenticationFailure(from: string, name: string | null): string {
  const user = name === null ? '' : ` user=${name}`;
  return `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${from} ${user}`;
}
