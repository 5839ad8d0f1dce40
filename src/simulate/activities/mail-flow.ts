import type { Rng } from '../../util/rng.ts';
import { publicAddress } from '../addresses.ts';
import { businessLevel } from '../calendar.ts';
import { chance, integer, sample } from '../chance.ts';
import { COMPANY_FIRST, COMPANY_SECOND, FAMILY_NAMES, GIVEN_NAMES } from '../names.ts';
import { type Correspondent, createMailWorkers, incoming, outgoing } from '../programs/postfix.ts';
import { arrivals } from '../world.ts';
import type { Activity } from './activity.ts';

/** Mail in and out, as busy as the hour, with the same few dozen correspondents. */
export const mailFlow: Activity = {
  name: 'mail-flow',
  start: (world) => {
    const rng = world.random('mail flow');
    const machine = world.server('mail');
    const workers = createMailWorkers(world, machine);
    const { users } = world.company;
    const known = Array.from({ length: 45 }, () => correspondent(rng));
    const perHour = 1.1 * users.length * world.options.scale;
    const someone = (): Correspondent => (chance(rng, 0.15) ? correspondent(rng) : rng.pick(known));
    const receive = (): void => {
      if (machine.up) world.scheduler.spawn(incoming(world, rng, machine, workers, someone(), rng.pick(users)));
    };
    const send = (): void => {
      const user = rng.pick(users);
      const to = Array.from({ length: chance(rng, 0.2) ? integer(rng, 2, 4) : 1 }, someone);
      if (machine.up) world.scheduler.spawn(outgoing(world, rng, machine, workers, user, user.address, to));
    };
    world.scheduler.spawn(
      arrivals(world, rng, perHour, (time) => perHour * (0.15 + 0.85 * businessLevel(time)), receive),
    );
    world.scheduler.spawn(arrivals(world, rng, perHour / 2, (time) => (perHour / 2) * businessLevel(time), send));
  },
};

/** A company or provider that exchanges mail with us. */
export function correspondent(rng: Rng): Correspondent {
  const domain = `${rng.pick(COMPANY_FIRST)}-${rng.pick(COMPANY_SECOND)}.example`;
  return {
    domain,
    exchanger: `${rng.pick(['mail', 'mx1', 'mx', 'smtp-out', 'mout', 'relay2'])}.${domain}`,
    address: publicAddress(rng),
    people: [...sample(rng, GIVEN_NAMES, 3), ...sample(rng, FAMILY_NAMES, 2), 'info'],
  };
}
