import { imapLogin } from '../activities/mailbox.ts';
import { adminSession, loginOf } from '../activities/server-tasks.ts';
import { vpnSession } from '../activities/vpn.ts';
import { publicAddress } from '../addresses.ts';
import { around, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import { type Account, publicKey, type User } from '../company.ts';
import { FAMILY_NAMES } from '../names.ts';
import { addUser, setPassword } from '../programs/accounts.ts';
import { sshGuess, sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { World } from '../world.ts';
import type { Oddity } from './oddity.ts';

/** Somebody back from holidays tries all passwords ever used, until an administrator sets a new one. */
export const forgottenPassword: Oddity = {
  name: 'forgotten-password',
  days: 'working',
  hours: [8.5, 15],
  *happen(world, rng) {
    const user = rng.pick(world.company.users.filter((candidate) => candidate.role !== 'admin'));
    const admin = adminOf(world);
    const machine = world.server('file');
    for (let attempt = integer(rng, 3, 6); attempt > 0; attempt--) {
      yield* sshGuess(world, rng, machine, user.address, user.name, true, integer(rng, 2, 3), 'closed');
      yield around(rng, 40 * SECOND);
    }
    yield around(rng, 12 * MINUTE);
    yield* sshSession(world, rng, machine, loginOf(rng, admin, admin.address), function* (shell) {
      yield around(rng, 15 * SECOND);
      yield* sudo(rng, shell, { command: `/usr/bin/passwd ${user.name}`, body: setPassword(rng, shell, user.name) });
    });
    yield around(rng, 3 * MINUTE);
    yield* sshSession(world, rng, machine, { account: user, from: user.address, method: 'password' }, function* () {
      yield around(rng, 3 * MINUTE);
    });
  },
};

/** An administrator makes accounts for a new colleague, who logs in for the first time. */
export const newEmployee: Oddity = {
  name: 'new-employee',
  days: 'working',
  hours: [8, 11],
  *happen(world, rng) {
    const admin = adminOf(world);
    const taken = new Set(world.company.users.map((user) => user.name));
    const name = rng.pick(FAMILY_NAMES.filter((candidate) => !taken.has(candidate)));
    const account: Account = { name, uid: 1000 + world.company.users.length, key: publicKey(rng) };
    for (const machine of [world.server('file'), world.server('mail')]) {
      yield* sshSession(world, rng, machine, loginOf(rng, admin, admin.address), function* (shell) {
        yield around(rng, 20 * SECOND);
        yield* sudo(rng, shell, {
          command: `/usr/sbin/useradd -m -s /bin/bash ${name}`,
          body: addUser(rng, shell, account, ['users']),
        });
        yield around(rng, 8 * SECOND);
        yield* sudo(rng, shell, { command: `/usr/bin/passwd ${name}`, body: setPassword(rng, shell, name) });
      });
      yield around(rng, 2 * MINUTE);
    }
    yield around(rng, 40 * MINUTE);
    const address = `${admin.address.slice(0, admin.address.lastIndexOf('.'))}.${integer(rng, 200, 240)}`;
    const login = { account, from: address, method: 'password', typos: 1 } as const;
    yield* sshSession(world, rng, world.server('file'), login, function* (shell) {
      yield around(rng, MINUTE);
      yield* setPassword(rng, shell, name);
      yield around(rng, 6 * MINUTE);
    });
    for (let poll = integer(rng, 4, 9); poll > 0; poll--) {
      yield* imapLogin(world, rng, name, address, 0.1);
      yield around(rng, 25 * MINUTE);
    }
  },
};

/** An administrator gives a Saturday or Sunday to what the week left no time for. */
export const weekendWork: Oddity = {
  name: 'weekend-work',
  days: 'weekend',
  hours: [9, 18],
  *happen(world, rng) {
    const admin = adminOf(world);
    world.scheduler.spawn(vpnSession(world, rng, admin, world.scheduler.now + 2.5 * HOUR));
    yield around(rng, MINUTE);
    for (let session = integer(rng, 4, 8); session > 0; session--) {
      yield* adminSession(world, rng, admin, admin.vpnAddress, rng.pick(world.servers));
      yield around(rng, 7 * MINUTE);
    }
  },
};

/** Somebody on a journey works from a hotel at an hour of another continent. */
export const businessTrip: Oddity = {
  name: 'business-trip',
  days: 'any',
  hours: [0, 23],
  *happen(world, rng) {
    const user = rng.pick(world.company.users.filter((candidate) => candidate.role !== 'office'));
    const hotel: User = { ...user, homeAddress: publicAddress(rng) };
    world.scheduler.spawn(vpnSession(world, rng, hotel, world.scheduler.now + 1.4 * HOUR));
    yield around(rng, 2 * MINUTE);
    yield* imapLogin(world, rng, user.name, user.vpnAddress, 0);
    const jump = world.server('jump');
    for (let session = integer(rng, 1, 3); session > 0; session--) {
      yield* sshSession(world, rng, jump, loginOf(rng, user, hotel.homeAddress), function* () {
        yield around(rng, 8 * MINUTE);
      });
      yield around(rng, 10 * MINUTE);
    }
  },
};

// --- internal ---

function adminOf(world: World): User {
  const rng = world.random('administrator of the oddities');
  return rng.pick(world.company.users.filter((user) => user.role === 'admin'));
}
