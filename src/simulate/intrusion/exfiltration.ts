import type { Rng } from '../../util/rng.ts';
import { around, hexadecimal, integer, MINUTE, SECOND } from '../chance.ts';
import { documentNames, sftpTransfer } from '../programs/sftp.ts';
import { sshSession } from '../programs/sshd.ts';
import { sudo } from '../programs/sudo.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Plan } from './plan.ts';

/** Packs the data where it lies, copies it to the first host and from there to the outside: ordinary transfers, too many and too large. */
export function* exfiltration(world: World, rng: Rng, plan: Plan): Script {
  const { entry, store, stolen, foothold, visitor } = plan;
  const data = store.host.role === 'file' ? '/srv/projects' : '/var/lib/backup';
  const name = `${hexadecimal(rng, 8)}.tgz`;
  const files = documentNames(rng, integer(rng, 35, 90));
  yield* sshSession(world, rng, entry, { account: foothold, from: visitor, method: 'publickey' }, function* () {
    yield around(rng, 40 * SECOND);
    const inside = { account: stolen, from: entry.host.address, method: 'publickey' } as const;
    yield* sshSession(world, rng, store, inside, function* (shell) {
      yield around(rng, 40 * SECOND);
      yield* sudo(rng, shell, { command: `/usr/bin/du -sh ${data}`, duration: around(rng, 12 * SECOND) });
      yield around(rng, 30 * SECOND);
      yield* sudo(rng, shell, {
        command: `/usr/bin/tar czf /var/tmp/.${name} ${data}`,
        duration: around(rng, 5 * MINUTE, 0.3),
      });
      yield around(rng, 20 * SECOND);
    });
    yield around(rng, 30 * SECOND);
    yield* sshSession(world, rng, store, { ...inside, batch: true }, (shell) =>
      sftpTransfer(rng, shell, { direction: 'READ', directory: data, files, median: 6e6 }),
    );
    yield around(rng, 40 * SECOND);
  });
  for (let part = integer(rng, 2, 4); part > 0; part--) {
    yield around(rng, MINUTE);
    yield* sshSession(
      world,
      rng,
      entry,
      { account: foothold, from: visitor, method: 'publickey', batch: true },
      (shell) =>
        sftpTransfer(rng, shell, {
          direction: 'READ',
          directory: '/var/tmp',
          files: [`.${name}.${part}`],
          median: 4e8,
        }),
    );
  }
  yield 12 * SECOND;
}
