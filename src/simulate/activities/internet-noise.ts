import type { Rng } from '../../util/rng.ts';
import { neighbourAddress, publicAddress } from '../addresses.ts';
import { around, between, chance, integer, MINUTE, SECOND, weighted } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { SCANNED_NAMES } from '../names.ts';
import { firewallBlock, packetShape } from '../programs/firewall.ts';
import { smtpProbe } from '../programs/postfix.ts';
import { sshGuess, sshProbe } from '../programs/sshd.ts';
import type { Script } from '../scheduler.ts';
import { arrivals, type World } from '../world.ts';
import type { Activity } from './activity.ts';

/** The background noise of the internet on every host that it can reach. */
export const internetNoise: Activity = {
  name: 'internet-noise',
  start: (world) => {
    const rng = world.random('noise sources');
    const regulars = Array.from({ length: 40 }, () => publicAddress(rng));
    for (const machine of world.machines) {
      if (machine.host.publicAddress !== null) startOn(world, machine, regulars);
    }
  },
};

// --- internal ---

function startOn(world: World, machine: Machine, regulars: readonly string[]): void {
  const rng = world.random(`noise ${machine.name}`);
  const level = { value: 1 };
  world.scheduler.spawn(drift(rng, level));
  const source = (): string => {
    if (chance(rng, 0.45)) return rng.pick(regulars);
    return chance(rng, 0.3) ? neighbourAddress(rng, rng.pick(regulars)) : publicAddress(rng);
  };
  const perHour = 4.2 * world.options.scale;
  const visit = (): void => world.scheduler.spawn(visitor(world, rng, machine, source()));
  world.scheduler.spawn(arrivals(world, rng, perHour * PEAK, () => perHour * level.value, visit));
}

const PEAK = 4;

/** The level wanders (an Ornstein-Uhlenbeck process of its logarithm): quiet hours and loud ones. */
function* drift(rng: Rng, level: { value: number }): Script {
  let logarithm = 0.4 * rng.normal();
  for (;;) {
    level.value = Math.min(PEAK, Math.exp(logarithm));
    yield 20 * MINUTE;
    logarithm = 0.96 * logarithm + 0.15 * rng.normal();
  }
}

function* visitor(world: World, rng: Rng, machine: Machine, from: string): Script {
  if (!machine.up) return;
  const smtp = machine.host.role === 'mail' ? 4 : 0;
  switch (weighted(rng, { block: 5, name: 3, root: 1.6, probe: 1.6, list: 0.25, smtp })) {
    case 'block': {
      const packet = packetShape(rng, from);
      const port = chance(rng, 0.5) ? integer(rng, 1, 65_535) : undefined;
      for (let n = rng.int(3); n >= 0; n--) {
        firewallBlock(rng, machine, packet, port);
        yield between(rng, 0.9, 1.1) * SECOND * (1 + n);
      }
      return;
    }
    case 'name':
      return yield* sshGuess(world, rng, machine, from, rng.pick(SCANNED_NAMES), false, 1, ending(rng));
    case 'root':
      return yield* sshGuess(
        world,
        rng,
        machine,
        from,
        'root',
        true,
        chance(rng, 0.15) ? 6 : 1 + rng.int(3),
        ending(rng),
      );
    case 'probe':
      return sshProbe(world, rng, machine, from);
    case 'smtp':
      return yield* smtpProbe(world, rng, machine, from);
    default:
      for (let n = 3 + rng.int(18); n > 0; n--) {
        const name = chance(rng, 0.3) ? 'root' : rng.pick(SCANNED_NAMES);
        yield* sshGuess(world, rng, machine, from, name, name === 'root', 1, 'disconnect');
        yield around(rng, 12 * SECOND, 0.8);
      }
  }
}

function ending(rng: Rng): 'closed' | 'disconnect' | 'reset' {
  return weighted(rng, { closed: 4, disconnect: 5, reset: 0.6 });
}
