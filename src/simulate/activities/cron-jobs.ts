import type { Rng } from '../../util/rng.ts';
import { around, between, DAY, HOUR, integer, MINUTE, SECOND } from '../chance.ts';
import type { Machine } from '../machine.ts';
import { cronRun } from '../programs/cron.ts';
import type { Script } from '../scheduler.ts';
import type { World } from '../world.ts';
import type { Activity } from './activity.ts';

/** Jobs at fixed minutes, on every host and for its role. */
export const cronJobs: Activity = {
  name: 'cron-jobs',
  start: (world) => {
    for (const machine of world.machines) {
      const rng = world.random(`cron ${machine.name}`);
      for (const job of crontab(world, rng, machine)) world.scheduler.spawn(repeat(world, rng, machine, job));
    }
  },
};

// --- internal ---

interface CronJob {
  readonly user: { readonly name: string; readonly uid: number };
  readonly command: string;
  /** Milliseconds between runs and after midnight. */
  readonly every: number;
  readonly offset: number;
  /** Median milliseconds that a run takes. */
  readonly duration: number;
}

const ROOT = { name: 'root', uid: 0 };
const WEB = { name: 'www-data', uid: 33 };
const RUN_PARTS = '   cd / && run-parts --report /etc/cron.hourly';

function* repeat(world: World, rng: Rng, machine: Machine, job: CronJob): Script {
  for (;;) {
    const { now } = world.scheduler;
    const next = Math.floor((now - job.offset) / job.every + 1) * job.every + job.offset;
    yield next - now + SECOND + rng.int(60);
    world.scheduler.spawn(cronRun(machine, rng, job.user, job.command, around(rng, job.duration)));
  }
}

function crontab(world: World, rng: Rng, machine: Machine): CronJob[] {
  const { role } = machine.host;
  const { practices, collectsSysstat } = world.company;
  const jobs: CronJob[] = [job(ROOT, RUN_PARTS, HOUR, 17 * MINUTE, 40)];
  const anacron = 'test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )';
  if (role === 'workstation')
    return [
      ...jobs,
      job(
        ROOT,
        '[ -x /etc/init.d/anacron ] && if [ ! -d /run/systemd/system ]; then /usr/sbin/invoke-rc.d anacron start >/dev/null; fi',
        HOUR,
        30 * MINUTE,
        30,
      ),
    ];
  jobs.push(job(ROOT, anacron, DAY, 6 * HOUR + 25 * MINUTE, 9000));
  if (collectsSysstat) {
    jobs.push(job(ROOT, 'command -v debian-sa1 > /dev/null && debian-sa1 1 1', 10 * MINUTE, 5 * MINUTE, 60));
  }
  const minute = practices.cronMinute * MINUTE;
  const own: Partial<Record<typeof role, CronJob[]>> = {
    web: [
      job(WEB, WEB_JOBS[practices.webApplication], 5 * MINUTE, 0, 900),
      job(ROOT, '/usr/local/bin/web-usage-report', DAY, 5 * HOUR + minute, 20_000),
    ],
    mail: [
      job(ROOT, '/usr/local/bin/update-blocklists', HOUR, minute, 4000),
      job(ROOT, '/usr/bin/sa-update && /usr/bin/systemctl reload spamassassin', DAY, 3 * HOUR + minute, 15_000),
    ],
    file: [
      job(ROOT, '/usr/local/sbin/share-quota-check', 30 * MINUTE, minute % (30 * MINUTE), 2500),
      job(ROOT, '/usr/sbin/tmpreaper --mtime 14d /srv/scratch', DAY, 4 * HOUR + minute, 30_000),
    ],
    database: [
      job(
        DATABASE_USER[practices.databaseServer],
        '/usr/local/bin/archive-logs',
        15 * MINUTE,
        integer(rng, 0, 14) * MINUTE,
        1200,
      ),
      job(
        DATABASE_USER[practices.databaseServer],
        '/usr/local/bin/nightly-dump',
        DAY,
        Math.round(between(rng, 0.5, 1) * 60) * MINUTE,
        180_000,
      ),
    ],
    gateway: [job(ROOT, '/usr/local/sbin/check-uplink --quiet', 15 * MINUTE, 2 * MINUTE, 1500)],
    jump: [job(ROOT, '/usr/local/sbin/expire-accounts', DAY, 2 * HOUR + minute, 800)],
  };
  return [...jobs, ...(own[role] ?? [])];
}

const WEB_JOBS = {
  nextcloud: 'php -f /var/www/nextcloud/cron.php',
  wordpress: 'cd /var/www/wordpress && php wp-cron.php >/dev/null',
  moodle: '/usr/bin/php /var/www/moodle/admin/cli/cron.php >/dev/null',
  redmine: 'cd /opt/redmine && bundle exec rake redmine:fetch_changesets RAILS_ENV=production',
};

const DATABASE_USER = {
  postgresql: { name: 'postgres', uid: 113 },
  mariadb: { name: 'mysql', uid: 114 },
};

function job(user: CronJob['user'], command: string, every: number, offset: number, duration: number): CronJob {
  return { user, command, every, offset, duration };
}
