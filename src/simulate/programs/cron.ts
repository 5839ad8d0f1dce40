import type { Rng } from '../../util/rng.ts';
import type { Machine } from '../machine.ts';
import type { Script } from '../scheduler.ts';

/** One run of a cron job (Debian's cron 3.0pl1): the parent opens and closes the session, its child runs the command. */
export function* cronRun(
  machine: Machine,
  rng: Rng,
  user: { readonly name: string; readonly uid: number },
  command: string,
  duration: number,
  body?: Script,
): Script {
  if (!machine.up) return;
  const parent = machine.fork('CRON');
  const child = machine.fork('CRON');
  parent.auth(`pam_unix(cron:session): session opened for user ${user.name}(uid=${user.uid}) by (uid=0)`);
  yield rng.int(8);
  child.syslog(`(${user.name}) CMD (${command})`);
  if (body !== undefined) yield* body;
  yield duration;
  parent.auth(`pam_unix(cron:session): session closed for user ${user.name}`);
}
