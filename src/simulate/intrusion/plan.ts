import type { Rng } from '../../util/rng.ts';
import { publicAddress } from '../addresses.ts';
import { weekday } from '../calendar.ts';
import { between, DAY, HOUR, integer, MINUTE, sample } from '../chance.ts';
import { type Account, publicKey, type User } from '../company.ts';
import type { Machine } from '../machine.ts';
import { GIVEN_NAMES } from '../names.ts';
import type { Unit } from '../programs/systemd.ts';
import type { World } from '../world.ts';

/** What the intruder will do: drawn once, so that the phases fit together. */
export interface Plan {
  /** First moment, epoch ms. */
  readonly start: number;
  /** Host on the internet that is entered first. */
  readonly entry: Machine;
  /** Whose password is guessed. */
  readonly victim: User;
  /** How root is won: by the victim's own rights, by a hole, or out of a permitted command. */
  readonly escalation: 'rights' | 'hole' | 'permitted-command';
  /** Account that the intruder makes. */
  readonly foothold: Account;
  /** Account whose key is found on the first host and opens the others. */
  readonly stolen: Account;
  /** Hosts that are entered from the first one. */
  readonly targets: readonly Machine[];
  /** The one whose data is taken. */
  readonly store: Machine;
  /** Addresses: of the scans, of the guessing, of the person who logs in. */
  readonly scanner: string;
  readonly guesser: string;
  readonly visitor: string;
  /** The service that starts the back door. */
  readonly service: Unit & { readonly path: string };
  /** Pauses between phases, ms. */
  readonly pauses: readonly number[];
  /** True from the persistence until the traces are wiped: the back door calls home. */
  calling: boolean;
}

/** Draws the plan of an intrusion into this company. */
export function createPlan(world: World, rng: Rng): Plan {
  const { users, deploy, backup } = world.company;
  const entry = world.server(rng.pick(['web', 'jump', 'mail'] as const));
  const store = world.server(rng.pick(['file', 'database'] as const));
  const others = world.servers.filter((machine) => machine !== entry && machine !== store);
  const admins = users.filter((user) => user.role === 'admin');
  const people = users.filter((user) => user.role !== 'admin');
  const passwords = people.filter((user) => user.usesPassword);
  const scanner = publicAddress(rng);
  const guesser = rng.next() < 0.3 ? scanner : publicAddress(rng);
  return {
    start: startTime(world, rng),
    entry,
    victim: rng.pick(passwords.length > 0 ? passwords : people),
    escalation: rng.pick(['rights', 'hole', 'permitted-command'] as const),
    foothold: createFoothold(rng, users),
    stolen: rng.pick([deploy, backup, rng.pick(admins)]),
    targets: [store, ...sample(rng, others, integer(rng, 1, 3))],
    store,
    scanner,
    guesser,
    visitor: rng.next() < 0.25 ? guesser : publicAddress(rng),
    service: rng.pick(SERVICES),
    pauses: Array.from({ length: PAUSES }, () => 3 * MINUTE + Math.min(45 * MINUTE, rng.exponential(16 * MINUTE))),
    calling: false,
  };
}

// --- internal ---

const PAUSES = 7;

/** Longest time that an intrusion needs; it has to end within the period. */
const LONGEST = 7 * HOUR;

const SERVICES: readonly (Unit & { path: string })[] = [
  { name: 'systemd-netcache', description: 'Network Name Cache', path: '/usr/lib/systemd/systemd-netcache' },
  { name: 'dbus-helper', description: 'D-Bus Activation Helper', path: '/usr/libexec/dbus-helper' },
  { name: 'cpufreqd', description: 'CPU Frequency Governor', path: '/usr/sbin/cpufreqd' },
  { name: 'packagekit-sync', description: 'PackageKit Cache Synchronisation', path: '/usr/libexec/packagekit-sync' },
];

function createFoothold(rng: Rng, users: readonly User[]): Account {
  const taken = new Set(users.map((user) => user.name));
  const names = ['support', 'sysmon', 'svc-update', 'webadmin', 'ntpd', ...GIVEN_NAMES].filter(
    (name) => !taken.has(name),
  );
  return { name: rng.pick(names.slice(0, 12)), uid: 1000 + users.length + integer(rng, 1, 3), key: publicKey(rng) };
}

/** An evening in the last third of the period, or of the day asked for; earlier where the period ends too soon. */
function startTime(world: World, rng: Rng): number {
  const { days, intrusionDay } = world.options;
  const latest = world.end - LONGEST;
  const evenings: number[] = [];
  for (let day = 0; day < days; day++) {
    const evening = world.start + day * DAY + between(rng, 19, 24.5) * HOUR;
    const wanted = intrusionDay === null ? evening >= world.start + (days * DAY * 2) / 3 : day === intrusionDay;
    if (wanted && evening <= latest) evenings.push(evening);
  }
  // Nobody breaks in while an administrator is at work on all servers, if there is another evening.
  const quiet = evenings.filter(
    (evening) => weekday(evening - 5 * HOUR) !== world.company.practices.maintenanceWeekday,
  );
  if (evenings.length > 0) return rng.pick(quiet.length > 0 ? quiet : evenings);
  const earliest = intrusionDay === null ? world.start + (days * DAY * 2) / 3 : world.start + intrusionDay * DAY;
  return Math.min(latest, earliest + between(rng, 0, 0.5) * HOUR);
}
