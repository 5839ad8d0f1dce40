import type { Rng } from '../../util/rng.ts';
import type { Account } from '../company.ts';
import type { Script } from '../scheduler.ts';
import type { Shell } from './sshd.ts';

/** What the shadow tools (useradd, usermod, passwd, userdel) write when root runs them in a session. */

export function* addUser(rng: Rng, shell: Shell, account: Account, groups: readonly string[]): Script {
  const useradd = shell.fork('useradd');
  const { name, uid } = account;
  useradd.auth(`new group: name=${name}, GID=${uid}`);
  useradd.auth(
    `new user: name=${name}, UID=${uid}, GID=${uid}, home=/home/${name}, shell=/bin/bash, from=/dev/pts/${Math.max(0, shell.terminal)}`,
  );
  for (const group of groups) {
    yield 100 + rng.exponential(4000);
    const usermod = shell.fork('usermod');
    usermod.auth(`add '${name}' to group '${group}'`);
    usermod.auth(`add '${name}' to shadow group '${group}'`);
  }
}

export function* setPassword(rng: Rng, shell: Shell, name: string): Script {
  const passwd = shell.fork('passwd');
  yield 4000 + rng.exponential(6000);
  passwd.auth(`pam_unix(passwd:chauthtok): password changed for ${name}`);
}

export function removeUser(shell: Shell, name: string): void {
  const userdel = shell.fork('userdel');
  userdel.auth(`delete user '${name}'`);
  userdel.auth(`removed group '${name}' owned by '${name}'`);
  userdel.auth(`removed shadow group '${name}' owned by '${name}'`);
}
