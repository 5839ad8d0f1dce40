import type { Rng } from '../../util/rng.ts';
import { around, chance, integer, SECOND } from '../chance.ts';
import { sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';

/** A new version goes to the web host: the release account copies, then reloads the application server. */
export function* release(world: World, rng: Rng): Script {
  const { deploy } = world.company;
  const web = world.server('web');
  const from = world.server('jump').host.address;
  const login = { account: deploy, from, method: 'publickey', batch: true } as const;
  for (let copies = integer(rng, 1, 3); copies > 0; copies--) {
    yield* sshSession(world, rng, web, login, function* () {
      yield around(rng, 6 * SECOND);
    });
    yield around(rng, 2 * SECOND);
  }
  yield* sshSession(world, rng, web, login, function* (shell) {
    yield around(rng, 8 * SECOND);
    yield* sudo(rng, shell, {
      command: '/usr/bin/systemctl reload php8.1-fpm',
      directory: '/srv/releases',
      body: (function* (): Script {
        web.init('Reloading The PHP 8.1 FastCGI Process Manager...');
        yield 200;
        web.init('Reloaded The PHP 8.1 FastCGI Process Manager.');
      })(),
    });
    if (chance(rng, 0.2)) yield around(rng, 20 * SECOND);
  });
}
