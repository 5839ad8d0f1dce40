import type { Rng } from '../../util/rng.ts';
import { around, chance, hexadecimal, integer, MINUTE, SECOND } from '../chance.ts';
import { addUser, setPassword } from '../programs/accounts.ts';
import { type Shell, sshSession } from '../programs/sshd.ts';
import { sudo, sudoForbidden, sudoRefused } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** Becomes root on the first host in one of three ways, and makes an account to come back with. */
export function* privilegeEscalation(world: World, rng: Rng, plan: Plan): Script {
  const login = { account: plan.victim, from: plan.visitor, method: 'password' } as const;
  yield* sshSession(world, rng, plan.entry, login, function* (shell) {
    yield around(rng, 40 * SECOND);
    yield* WAYS[plan.escalation](rng, shell, plan);
    yield around(rng, MINUTE);
  });
  yield 12 * SECOND;
}

// --- internal ---

const WAYS: Readonly<Record<Plan['escalation'], (rng: Rng, shell: Shell, plan: Plan) => Script>> = {
  *rights(rng, shell, plan) {
    yield* sudoRefused(rng, shell, '/usr/bin/id', 3);
    yield around(rng, 2 * MINUTE);
    yield* sudo(rng, shell, { command: '/usr/bin/id', typos: 1 });
    yield around(rng, 25 * SECOND);
    yield* sudo(rng, shell, { command: '/bin/bash', body: comeBack(rng, shell, plan) });
  },

  *hole(rng, shell, plan) {
    yield* sudoForbidden(rng, shell, 'list');
    yield around(rng, MINUTE);
    const su = shell.fork('su');
    const terminal = Math.max(0, shell.terminal);
    su.auth(
      `pam_unix(su:auth): authentication failure; logname=${plan.victim.name} uid=${plan.victim.uid} euid=0 tty=/dev/pts/${terminal} ruser=${plan.victim.name} rhost=  user=root`,
    );
    yield 2200;
    su.auth(`FAILED SU (to root) ${plan.victim.name} on pts/${terminal}`);
    for (let attempt = integer(rng, 1, 4); attempt > 0; attempt--) {
      yield around(rng, 50 * SECOND);
      crash(rng, shell);
    }
    yield around(rng, MINUTE);
    const directory = `/tmp/.${hexadecimal(rng, 6)}`;
    shell
      .fork('pkexec')
      .auth(
        `${plan.victim.name}: The value for the SHELL variable was not found the /etc/shells file [USER=root] [TTY=/dev/pts/${terminal}] [CWD=${directory}] [COMMAND=GCONV_PATH=./value PATH=GCONV_PATH=.]`,
      );
    yield* comeBack(rng, shell, plan);
  },

  *'permitted-command'(rng, shell, plan) {
    const command = rng.pick(['/usr/bin/less /var/log/syslog', '/usr/bin/journalctl -xe', '/usr/bin/vim /etc/hosts']);
    if (chance(rng, 0.5)) yield* sudo(rng, shell, { command: '/usr/bin/systemctl status', typos: 1 });
    yield around(rng, MINUTE);
    yield* sudo(rng, shell, { command, body: comeBack(rng, shell, plan) });
  },
};

function* comeBack(rng: Rng, shell: Shell, plan: Plan): Script {
  yield around(rng, 2 * MINUTE);
  yield* addUser(rng, shell, plan.foothold, ['sudo', 'adm'].slice(0, integer(rng, 1, 2)));
  yield around(rng, 10 * SECOND);
  yield* setPassword(rng, shell, plan.foothold.name);
  yield around(rng, MINUTE);
}

function crash(rng: Rng, shell: Shell): void {
  const { pid } = shell.fork('a.out');
  const base = `7f${hexadecimal(rng, 7)}000`;
  shell.machine.kernel(
    `a.out[${pid}]: segfault at ${hexadecimal(rng, 2)} ip 0000${base.slice(0, -3)}${hexadecimal(rng, 3)} sp 00007ff${hexadecimal(rng, 9)} error 4 in libc.so.6[${base}+195000]`,
  );
}
