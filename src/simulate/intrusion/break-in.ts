import type { Rng } from '../../util/rng.ts';
import { ephemeralPort } from '../addresses.ts';
import { around, chance, hexadecimal, integer, MINUTE, SECOND, sample } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { FAMILY_NAMES, GIVEN_NAMES } from '../names.ts';
import { firewallBlock, packetShape } from '../programs/firewall.ts';
import { smtpProbe } from '../programs/postfix.ts';
import { sshGuess, sshProbe, sshSession } from '../programs/sshd.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** Looks at every host that the internet can reach: closed ports, banners, which names exist. Each line alone is everyday noise. */
export function* reconnaissance(world: World, rng: Rng, plan: Plan): Script {
  const exposed = world.machines.filter((machine) => machine.host.publicAddress !== null);
  for (const machine of exposed) {
    world.scheduler.spawn(portScan(rng, machine, plan.scanner));
    yield around(rng, 50 * SECOND);
    for (let probe = integer(rng, 2, 5); probe > 0; probe--) {
      sshProbe(world, rng, machine, plan.scanner);
      yield around(rng, 6 * SECOND);
    }
    if (machine.host.role === 'mail') yield* mailScan(world, rng, machine, plan.scanner);
    if (machine.host.role === 'gateway') gatewayScan(rng, machine, plan.scanner);
    yield around(rng, MINUTE);
  }
  const invented = sample(rng, [...GIVEN_NAMES, ...FAMILY_NAMES], integer(rng, 5, 12));
  const real = sample(rng, world.company.users, integer(rng, 1, 3)).map((user) => user.name);
  const known = new Set(real);
  for (const name of sample(rng, [...new Set([...invented, ...real])], 20)) {
    yield* sshGuess(world, rng, plan.entry, plan.scanner, name, known.has(name), 0, 'closed');
    yield around(rng, 14 * SECOND);
  }
}

/** One name, many passwords, until one fits; the program that guesses only notes it and leaves. */
export function* passwordGuessing(world: World, rng: Rng, plan: Plan): Script {
  const { entry, guesser, victim } = plan;
  const pace = around(rng, 5 * SECOND, 0.4);
  for (let connection = integer(rng, 45, 130); connection > 0; connection--) {
    const ending = chance(rng, 0.9) ? 'closed' : 'reset';
    yield* sshGuess(world, rng, entry, guesser, victim.name, true, integer(rng, 1, 3), ending);
    yield around(rng, pace, 0.6);
    if (chance(rng, 0.03)) yield around(rng, 90 * SECOND);
  }
  const login = { account: victim, from: guesser, method: 'password', batch: true } as const;
  yield* sshSession(world, rng, entry, login, function* () {
    yield around(rng, 600);
  });
  yield 12 * SECOND;
}

/** A person logs in with the password, looks around, and brings tools. */
export function* initialAccess(world: World, rng: Rng, plan: Plan): Script {
  const { entry, victim, visitor } = plan;
  const login = { account: victim, from: visitor, method: 'password' } as const;
  yield* sshSession(world, rng, entry, login, function* (shell) {
    yield around(rng, 70 * SECOND);
    shell.fork('crontab').syslog(`(${victim.name}) LIST (${victim.name})`);
    yield around(rng, 90 * SECOND);
    yield* sshSession(world, rng, entry, { ...login, batch: true }, function* () {
      yield around(rng, 9 * SECOND);
    });
    yield around(rng, 2 * MINUTE);
  });
  yield 12 * SECOND;
}

// --- internal ---

/** The firewall logs ten drops at once and three a minute from then on, however many there are. */
function* portScan(rng: Rng, machine: Machine, from: string): Script {
  const packet = packetShape(rng, from);
  for (let drop = integer(rng, 16, 34); drop > 0; drop--) {
    firewallBlock(rng, machine, packet, integer(rng, 1, 10_000));
    yield drop % 4 === 0 ? 20 * SECOND : around(rng, 900);
  }
}

function* mailScan(world: World, rng: Rng, machine: Machine, from: string): Script {
  for (let probe = integer(rng, 2, 4); probe > 0; probe--) {
    yield* smtpProbe(world, rng, machine, from);
    yield around(rng, 3 * SECOND);
  }
  const smtpd = machine.fork('postfix/smtpd');
  smtpd.syslog(`connect from unknown[${from}]`);
  smtpd.syslog(`improper command pipelining after EHLO from unknown[${from}]: VRFY root\\r\\nVRFY admin\\r\\n`);
  smtpd.syslog(`disconnect from unknown[${from}] ehlo=1 vrfy=0/2 commands=1/3`);
}

function gatewayScan(rng: Rng, machine: Machine, from: string): void {
  const port = ephemeralPort(rng);
  const named = machine.daemon('named');
  named.syslog(
    `client @0x7f${hexadecimal(rng, 10)} ${from}#${port} (version.bind): query (cache) 'version.bind/TXT/CH' denied`,
  );
  const vpn = machine.daemon('ovpn-server');
  vpn.syslog(
    `${from}:${port} TLS: Initial packet from [AF_INET]${from}:${port}, sid=${hexadecimal(rng, 8)} ${hexadecimal(rng, 8)}`,
  );
  vpn.syslog(`${from}:${port} TLS Error: cannot locate HMAC in incoming packet from [AF_INET]${from}:${port}`);
}
