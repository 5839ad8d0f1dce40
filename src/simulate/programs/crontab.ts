import type { Rng } from '../../util/rng.ts';
import { around, MINUTE, SECOND } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Shell } from './sshd.ts';

/** Root's crontab in an editor; cron reads it again within a minute if it changed. */
export function* crontabEdit(world: World, rng: Rng, shell: Shell, changes: boolean): Script {
  const crontab = shell.fork('crontab');
  crontab.syslog('(root) BEGIN EDIT (root)');
  yield around(rng, 40 * SECOND);
  if (changes) crontab.syslog('(root) REPLACE (root)');
  crontab.syslog('(root) END EDIT (root)');
  if (changes) world.scheduler.spawn(reload(world, shell));
}

/** Root's crontab read and written by a script, without an editor. */
export function* crontabReplace(world: World, rng: Rng, shell: Shell): Script {
  shell.fork('crontab').syslog('(root) LIST (root)');
  yield 20 + rng.int(60);
  shell.fork('crontab').syslog('(root) REPLACE (root)');
  world.scheduler.spawn(reload(world, shell));
}

// --- internal ---

/** cron looks at its tables once a minute. */
function* reload(world: World, shell: Shell): Script {
  const { now } = world.scheduler;
  yield (Math.floor(now / MINUTE) + 1) * MINUTE + SECOND - now;
  shell.machine.daemon('cron').syslog('(root) RELOAD (crontabs/root)');
}
