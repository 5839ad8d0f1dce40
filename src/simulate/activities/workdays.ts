import type { Rng } from '../../util/rng.ts';
import { planWorkday, type Workday } from '../calendar.ts';
import { between, chance, DAY, MINUTE } from '../chance.ts';
import type { User } from '../company.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import type { Activity } from './activity.ts';
import { deskSession, type Presence } from './desk.ts';
import { fileShares } from './file-shares.ts';
import { imapPolling } from './mailbox.ts';
import { serverTasks } from './server-tasks.ts';
import { vpnSession } from './vpn.ts';

/** People come, work by their habits, go to lunch and go home. */
export const workdays: Activity = {
  name: 'workdays',
  start: (world) => {
    for (const user of world.company.users) {
      world.scheduler.spawn(life(world, world.random(`life ${user.name}`), user));
    }
  },
};

/** One day at work of one person. */
function* work(world: World, rng: Rng, user: User, day: Workday): Script {
  yield* until(world, day.arrive);
  const { scheduler } = world;
  const presence: Presence = {
    user,
    day,
    address: day.remote ? user.vpnAddress : user.address,
    machine: day.remote ? null : world.workstation(user),
    atWork: () => scheduler.now < day.leave && !(scheduler.now >= day.lunch && scheduler.now < day.back),
  };
  if (day.remote) {
    scheduler.spawn(vpnSession(world, rng, user, day.leave + between(rng, 0, 20) * MINUTE));
    yield between(rng, 0.2, 2) * MINUTE;
  } else {
    scheduler.spawn(deskSession(world, rng, presence));
    yield between(rng, 1, 4) * MINUTE;
  }
  scheduler.spawn(imapPolling(world, rng, presence));
  if (chance(rng, 0.8)) scheduler.spawn(fileShares(world, rng, presence));
  scheduler.spawn(serverTasks(world, rng, presence));
}

// --- internal ---

function* life(world: World, rng: Rng, user: User): Script {
  for (let day = world.start; day < world.end; day += DAY) {
    yield* until(world, day);
    const plan = planWorkday(rng, user.rhythm, day);
    if (plan !== null) world.scheduler.spawn(work(world, rng, user, plan));
  }
}
