import type { Rng } from '../../util/rng.ts';
import { around, characters, hexadecimal, integer, SECOND } from '../chance.ts';
import type { User } from '../company.ts';
import type { Machine, Process } from '../machine.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';

/** Deliveries as Postfix 3.6 and Dovecot's LMTP log them. */

/** The reusable workers of Postfix: one takes job after job until it has been idle for 100 seconds. */
export interface MailWorkers {
  worker(program: string): Process;
}

export function createMailWorkers(world: World, machine: Machine): MailWorkers {
  const workers = new Map<string, { process: Process; used: number }[]>();
  return {
    worker: (program) => {
      const { now } = world.scheduler;
      const idle = (workers.get(program) ?? []).filter(
        ({ process, used }) => process.alive() && now - used < 100 * SECOND,
      );
      const free = idle.find(({ used }) => now - used > 3 * SECOND);
      const chosen = free ?? { process: machine.fork(program), used: now };
      chosen.used = now;
      workers.set(program, free === undefined ? [...idle, chosen] : idle);
      return chosen.process;
    },
  };
}

/** Somewhere else that mail comes from and goes to. */
export interface Correspondent {
  readonly domain: string;
  readonly exchanger: string;
  readonly address: string;
  readonly people: readonly string[];
}

/** A message from outside into a mailbox. */
export function* incoming(
  world: World,
  rng: Rng,
  machine: Machine,
  workers: MailWorkers,
  from: Correspondent,
  user: User,
): Script {
  const smtpd = workers.worker('postfix/smtpd');
  const client = `${from.exchanger}[${from.address}]`;
  smtpd.syslog(`connect from ${client}`);
  yield around(rng, 700);
  const id = queueId(rng);
  smtpd.syslog(`${id}: client=${client}`);
  const sender = `${rng.pick(from.people)}@${from.domain}`;
  const messageId = `${characters(rng, MESSAGE_ID, 22)}@${from.exchanger}`;
  yield* queued(rng, machine, workers, id, sender, 1, messageId);
  smtpd.syslog(`disconnect from ${client} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`);
  yield* mailbox(world, rng, machine, workers, id, messageId, user);
}

/** A message from one of us to the outside. */
export function* outgoing(
  world: World,
  rng: Rng,
  machine: Machine,
  workers: MailWorkers,
  user: User,
  client: string,
  to: readonly Correspondent[],
): Script {
  const smtpd = workers.worker('postfix/submission/smtpd');
  smtpd.syslog(`connect from unknown[${client}]`);
  yield around(rng, 400);
  const id = queueId(rng);
  smtpd.syslog(`${id}: client=unknown[${client}], sasl_method=PLAIN, sasl_username=${user.name}`);
  const messageId = `${hexadecimal(rng, 8)}-${hexadecimal(rng, 4)}-${hexadecimal(rng, 4)}@${world.company.domain}`;
  yield* queued(rng, machine, workers, id, `${user.name}@${world.company.domain}`, to.length, messageId);
  smtpd.syslog(
    `disconnect from unknown[${client}] ehlo=2 starttls=1 auth=1 mail=1 rcpt=${to.length} data=1 quit=1 commands=${7 + to.length}`,
  );
  for (const target of to) {
    const smtp = workers.worker('postfix/smtp');
    yield around(rng, 900);
    const recipient = `${rng.pick(target.people)}@${target.domain}`;
    const relay = `${target.exchanger}[${target.address}]:25`;
    const delays = `delay=${(0.6 + rng.exponential(1.2)).toFixed(1)}, delays=0.${rng.int(9) + 1}/0.0${rng.int(9) + 1}/0.${rng.int(9) + 1}/0.${rng.int(9) + 1}`;
    if (rng.next() < 0.03) {
      smtp.syslog(
        `${id}: host ${relay.slice(0, -3)} said: 450 4.7.1 <${recipient}>: Recipient address rejected: Greylisted (in reply to RCPT TO command)`,
      );
      yield around(rng, 360 * SECOND);
    }
    smtp.syslog(
      `${id}: to=<${recipient}>, relay=${relay}, ${delays}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ${queueId(rng)})`,
    );
  }
  machine.daemon('postfix/qmgr').syslog(`${id}: removed`);
}

/** A stranger who tries the mail server's door. */
export function* smtpProbe(world: World, rng: Rng, machine: Machine, from: string): Script {
  const smtpd = machine.fork('postfix/smtpd');
  const client = `unknown[${from}]`;
  smtpd.syslog(`connect from ${client}`);
  yield around(rng, 900);
  switch (rng.int(4)) {
    case 0:
      smtpd.syslog(`warning: ${client}: SASL LOGIN authentication failed: UGFzc3dvcmQ6`);
      smtpd.syslog(`disconnect from ${client} ehlo=1 auth=0/1 quit=1 commands=2/3`);
      return;
    case 1: {
      const target = `${rng.pick(['info', 'sales', 'office', 'billing', 'test'])}@${world.company.domain}`;
      smtpd.syslog(
        `NOQUEUE: reject: RCPT from ${client}: 554 5.7.1 <${target}>: Relay access denied; from=<${characters(rng, MESSAGE_ID, 8)}@${rng.pick(['mailer', 'promo', 'news'])}.example> to=<${target}> proto=ESMTP helo=<[${from}]>`,
      );
      smtpd.syslog(`disconnect from ${client} ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`);
      return;
    }
    case 2:
      smtpd.syslog(`lost connection after CONNECT from ${client}`);
      smtpd.syslog(`disconnect from ${client} commands=0/0`);
      return;
    default:
      smtpd.syslog(`SSL_accept error from ${client}: lost connection`);
      smtpd.syslog(`lost connection after STARTTLS from ${client}`);
      smtpd.syslog(`disconnect from ${client} ehlo=1 starttls=0/1 commands=1/2`);
  }
}

// --- internal ---

const MESSAGE_ID = 'abcdefghijklmnopqrstuvwxyz0123456789';

function queueId(rng: Rng): string {
  return hexadecimal(rng, 10).toUpperCase();
}

function* queued(
  rng: Rng,
  machine: Machine,
  workers: MailWorkers,
  id: string,
  sender: string,
  recipients: number,
  messageId: string,
): Script {
  const cleanup = workers.worker('postfix/cleanup');
  yield around(rng, 120);
  cleanup.syslog(`${id}: message-id=<${messageId}>`);
  yield around(rng, 200);
  const size = Math.round(around(rng, 14_000, 1.4));
  machine.daemon('postfix/qmgr').syslog(`${id}: from=<${sender}>, size=${size}, nrcpt=${recipients} (queue active)`);
  yield around(rng, 60);
}

function* mailbox(
  world: World,
  rng: Rng,
  machine: Machine,
  workers: MailWorkers,
  id: string,
  messageId: string,
  user: User,
): Script {
  const lmtp = workers.worker('postfix/lmtp');
  yield around(rng, 150);
  const session = characters(rng, `${MESSAGE_ID}ABCDEFGHIJKLMNOPQRSTUVWXYZ`, 22);
  const address = `${user.name}@${world.company.domain}`;
  const local = machine.fork('dovecot-lmtp').pid;
  const dovecot = (message: string): void => machine.syslog('dovecot', message);
  dovecot(`lmtp(${local}): Connect from local`);
  dovecot(`lmtp(${user.name})<${local}><${session}>: sieve: msgid=<${messageId}>: stored mail into mailbox 'INBOX'`);
  dovecot(`lmtp(${local}): Disconnect from local: Logged out (state=READY)`);
  lmtp.syslog(
    `${id}: to=<${address}>, relay=${machine.name}.${world.company.domain}[private/dovecot-lmtp], delay=0.${integer(rng, 20, 99)}, delays=0.${integer(rng, 10, 40)}/0.01/0.02/0.${integer(rng, 10, 40)}, dsn=2.0.0, status=sent (250 2.0.0 <${address}> ${session} Saved)`,
  );
  machine.daemon('postfix/qmgr').syslog(`${id}: removed`);
}
