import type { Rng } from '../../util/rng.ts';
import { around, chance, integer, MINUTE, SECOND, weighted } from '../chance.ts';
import type { User } from '../company.ts';
import type { Machine } from '../machine.ts';
import { crontabEdit } from '../programs/crontab.ts';
import { documentNames, sftpTransfer } from '../programs/sftp.ts';
import { type Shell, type SshLogin, sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import { restartService } from '../programs/systemd.ts';
import { serverUnits } from '../programs/units.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import { ADMIN_COMMANDS, DEVELOPER_COMMANDS } from './commands.ts';
import type { Presence } from './desk.ts';
import { release } from './releases.ts';

/** What people do on servers during a day, by their role. */
export function* serverTasks(world: World, rng: Rng, presence: Presence): Script {
  const { user, day } = presence;
  const pause = { admin: 70, developer: 95, office: 420 }[user.role] * MINUTE;
  for (;;) {
    yield rng.exponential(pause / world.options.scale);
    if (world.scheduler.now >= day.leave) return;
    if (!presence.atWork()) continue;
    world.scheduler.spawn(task(world, rng, presence));
  }
}

/** An administrator's session on a server: some sudo commands, now and then a restart. */
export function* adminSession(world: World, rng: Rng, user: User, from: string, machine: Machine): Script {
  yield* sshSession(world, rng, machine, loginOf(rng, user, from), function* (shell) {
    for (let n = integer(rng, 1, 5); n > 0; n--) {
      yield around(rng, 50 * SECOND, 1);
      if (!shell.alive()) return;
      yield* adminCommand(world, rng, shell);
    }
    yield around(rng, 60 * SECOND, 1);
  });
}

/** How a person logs in: by key or by password, with a typing mistake now and then. */
export function loginOf(rng: Rng, user: User, from: string): SshLogin {
  if (!user.usesPassword) return { account: user, from, method: 'publickey' };
  const typos = chance(rng, user.typos) ? 1 + (chance(rng, 0.2) ? 1 : 0) : 0;
  return { account: user, from, method: 'password', typos };
}

// --- internal ---

function* task(world: World, rng: Rng, presence: Presence): Script {
  const { user, address } = presence;
  if (user.role === 'admin') {
    const machine = rng.pick(world.servers);
    if (!chance(rng, 0.35) || machine.host.role === 'jump')
      return yield* adminSession(world, rng, user, address, machine);
    const jump = world.server('jump');
    return yield* sshSession(world, rng, jump, loginOf(rng, user, address), function* () {
      yield around(rng, 20 * SECOND);
      yield* adminSession(world, rng, user, jump.host.address, machine);
      yield around(rng, 10 * SECOND);
    });
  }
  if (user.role === 'office') return yield* copyFiles(world, rng, user, address);
  switch (weighted(rng, { look: 6, release: 1.5, database: 2, copy: 1.2 })) {
    case 'release':
      return yield* release(world, rng);
    case 'copy':
      return yield* copyFiles(world, rng, user, address);
    case 'database':
      return yield* developerSession(world, rng, user, address, world.server('database'));
    default:
      return yield* developerSession(world, rng, user, address, world.server(chance(rng, 0.75) ? 'web' : 'jump'));
  }
}

function* developerSession(world: World, rng: Rng, user: User, from: string, machine: Machine): Script {
  yield* sshSession(world, rng, machine, loginOf(rng, user, from), function* (shell) {
    yield around(rng, 4 * MINUTE, 1);
    const commands = DEVELOPER_COMMANDS[machine.host.role] ?? [];
    if (commands.length > 0 && chance(rng, 0.35)) {
      yield* sudo(rng, shell, { command: rng.pick(commands), typos: typo(rng, user) });
      yield around(rng, 2 * MINUTE, 1);
    }
  });
}

function* copyFiles(world: World, rng: Rng, user: User, from: string): Script {
  const login: SshLogin = { ...loginOf(rng, user, from), batch: true };
  yield* sshSession(world, rng, world.server('file'), login, (shell) =>
    sftpTransfer(rng, shell, {
      direction: chance(rng, 0.6) ? 'READ' : 'WRITE',
      directory: '/srv/projects',
      files: documentNames(rng, integer(rng, 1, 6)),
      median: 900_000,
    }),
  );
}

function* adminCommand(world: World, rng: Rng, shell: Shell): Script {
  const { machine, account } = shell;
  const typos = chance(rng, 0.04) ? 1 : 0;
  const draw = rng.next();
  if (draw < 0.06) {
    yield* sudo(rng, shell, {
      command: '/usr/bin/crontab -e',
      typos,
      body: crontabEdit(world, rng, shell, chance(rng, 0.5)),
    });
    return;
  }
  if (draw < 0.16) {
    const { unit, program } = rng.pick(serverUnits(world, machine));
    const body = discard(restartService(machine, rng, unit, program));
    yield* sudo(rng, shell, { command: `/usr/bin/systemctl restart ${unit.name}`, typos, body });
    return;
  }
  const list = [...ADMIN_COMMANDS.any, ...ADMIN_COMMANDS.any, ...(ADMIN_COMMANDS[machine.host.role] ?? [])];
  const directory = rng.pick([`/home/${account.name}`, `/home/${account.name}`, '/etc', '/var/log', '/root']);
  yield* sudo(rng, shell, { command: rng.pick(list), directory, typos, duration: around(rng, 5 * SECOND, 1.5) });
}

function* discard(script: Script<unknown>): Script {
  yield* script;
}

function typo(rng: Rng, user: User): number {
  return chance(rng, user.typos) ? 1 : 0;
}
