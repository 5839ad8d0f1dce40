import type { Rng } from '../../util/rng.ts';
import { around, BASE64, between, chance, characters, MINUTE, SECOND } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Presence } from './desk.ts';

/** A mail program that looks for mail while its owner is at work. */
export function* imapPolling(world: World, rng: Rng, presence: Presence): Script {
  while (world.scheduler.now < presence.day.leave) {
    if (presence.atWork())
      world.scheduler.spawn(imapLogin(world, rng, presence.user.name, presence.address, presence.user.typos));
    yield around(rng, (28 * MINUTE) / world.options.scale, 0.4);
  }
}

/** One IMAP connection on the mail server. */
export function* imapLogin(world: World, rng: Rng, user: string, from: string, typos: number): Script {
  const machine = world.server('mail');
  if (!machine.up) return;
  const id = characters(rng, BASE64, 16);
  const to = machine.host.address;
  if (chance(rng, typos / 10)) {
    const worker = machine.fork('auth');
    worker.auth(
      `pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=${user} rhost=${from}  user=${user}`,
    );
    yield between(rng, 2, 6) * SECOND;
    machine.syslog(
      'dovecot',
      `imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs): user=<${user}>, method=PLAIN, rip=${from}, lip=${to}, TLS, session=<${id}>`,
    );
    return;
  }
  const worker = machine.fork('imap');
  machine.syslog(
    'dovecot',
    `imap-login: Login: user=<${user}>, method=PLAIN, rip=${from}, lip=${to}, mpid=${worker.pid}, TLS, session=<${id}>`,
  );
  yield around(rng, 40 * SECOND, 1.2);
  if (!worker.alive()) return;
  const fetched = rng.int(8);
  machine.syslog(
    'dovecot',
    `imap(${user})<${worker.pid}><${id}>: Disconnected: Logged out in=${40 + rng.int(900)} out=${Math.round(around(rng, 3000, 1))} deleted=${rng.int(2)} expunged=${rng.int(2)} trashed=0 hdr_count=${fetched} hdr_bytes=${fetched * (300 + rng.int(200))} body_count=${rng.int(3)} body_bytes=${rng.int(60_000)}`,
  );
}
