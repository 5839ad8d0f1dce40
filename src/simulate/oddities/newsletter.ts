import { correspondent } from '../activities/mail-flow.ts';
import { around, integer, SECOND } from '../chance.ts';
import { createMailWorkers, outgoing } from '../programs/postfix.ts';
import type { Oddity } from './oddity.ts';

/** Marketing writes to all customers at once. */
export const newsletter: Oddity = {
  name: 'newsletter',
  days: 'working',
  hours: [9, 15],
  *happen(world, rng) {
    const machine = world.server('mail');
    const workers = createMailWorkers(world, machine);
    const user = rng.pick(world.company.users.filter((candidate) => candidate.role === 'office'));
    for (let message = Math.round(integer(rng, 60, 140) * world.options.scale); message > 0; message--) {
      if (!machine.up) return;
      world.scheduler.spawn(outgoing(world, rng, machine, workers, user, user.address, [correspondent(rng)]));
      yield around(rng, 4 * SECOND);
    }
  },
};
