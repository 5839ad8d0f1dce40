import type { Rng } from '../util/rng.ts';
import { hardwareAddress, publicAddress } from './addresses.ts';
import { BASE64, between, chance, characters, integer, sample } from './chance.ts';
import { COMPANY_FIRST, COMPANY_SECOND, FAMILY_NAMES, GIVEN_NAMES, HOST_THEMES } from './names.ts';

/** The jobs of hosts. There is one of each server; all others are workstations. */
export type HostRole = 'web' | 'mail' | 'file' | 'database' | 'gateway' | 'jump' | 'workstation';

const SERVER_ROLES = ['web', 'mail', 'file', 'database', 'gateway', 'jump'] as const;

export interface Host {
  readonly name: string;
  readonly role: HostRole;
  /** Address inside the company. */
  readonly address: string;
  /** Address on the internet, where the host has one. */
  readonly publicAddress: string | null;
  readonly hardwareAddress: string;
  readonly networkInterface: string;
  /** Hardware address of the router that its packets come from. */
  readonly router: string;
  /** Days since its last boot when the simulation starts. */
  readonly uptimeDays: number;
}

/** Somebody or something that logs in. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  /** Public key as sshd prints it, such as `ED25519 SHA256:...`. */
  readonly key: string;
}

/** Habits in hours of the day (UTC) and probabilities per day. */
export interface Rhythm {
  readonly start: number;
  readonly lunch: number;
  readonly end: number;
  /** Standard deviation of all times, hours. */
  readonly spread: number;
  readonly weekend: number;
  readonly remote: number;
  readonly absence: number;
}

export interface User extends Account {
  readonly role: 'admin' | 'developer' | 'office';
  readonly rhythm: Rhythm;
  /** Logs in to servers by password, not by key. */
  readonly usesPassword: boolean;
  /** Probability that a typed password is wrong. */
  readonly typos: number;
  /** Name of the managed workstation; others bring a laptop of their own. */
  readonly workstation: string | null;
  /** Address of the desk in the office. */
  readonly address: string;
  readonly hardwareAddress: string;
  /** Address of the line at home. */
  readonly homeAddress: string;
  /** Address inside the VPN. */
  readonly vpnAddress: string;
}

/** A small company: the unchanging facts that every script relies on. */
export interface Company {
  readonly domain: string;
  readonly hosts: readonly Host[];
  readonly users: readonly User[];
  /** Account that releases software to the web host. */
  readonly deploy: Account;
  /** Account that fetches the nightly backups. */
  readonly backup: Account;
  /** First two octets of the network inside. */
  readonly network: string;
  /** sshd logs at level VERBOSE: every connection and key, not only log-ins. */
  readonly verboseSsh: boolean;
  /** The syslog daemons fold identical messages in a row into `message repeated N times`. */
  readonly reducesRepeats: boolean;
  /** The servers collect sysstat figures every ten minutes. */
  readonly collectsSysstat: boolean;
  readonly kernel: string;
  readonly practices: Practices;
}

/** When the company does its housekeeping, and what it runs. */
export interface Practices {
  /** Hour of the nightly backup. */
  readonly backupHour: number;
  /** Day of the week (0 = Sunday) and hour of the evening when maintenance starts. */
  readonly maintenanceWeekday: number;
  readonly maintenanceHour: number;
  /** Minute of hourly jobs. */
  readonly cronMinute: number;
  readonly webApplication: 'nextcloud' | 'wordpress' | 'moodle' | 'redmine';
  readonly databaseServer: 'postgresql' | 'mariadb';
}

/** Draws a company. The same generator state gives the same company. */
export function createCompany(rng: Rng, hostCount: number, userCount: number): Company {
  const network = chance(rng, 0.6) ? `10.${integer(rng, 1, 250)}` : `172.${integer(rng, 16, 31)}`;
  const domain = `${rng.pick(COMPANY_FIRST)}${rng.pick(['', '-'])}${rng.pick(COMPANY_SECOND)}.example`;
  const hosts = createHosts(rng, network, hostCount);
  const workstations = hosts.filter((host) => host.role === 'workstation');
  return {
    domain,
    hosts,
    users: createUsers(rng, network, userCount, workstations),
    deploy: { name: rng.pick(['deploy', 'release', 'ci', 'webdeploy']), uid: 998, key: publicKey(rng) },
    backup: { name: rng.pick(['backup', 'borg', 'bkp', 'rsnapshot']), uid: 997, key: publicKey(rng) },
    network,
    verboseSsh: chance(rng, 0.4),
    reducesRepeats: chance(rng, 0.5),
    collectsSysstat: chance(rng, 0.6),
    kernel: `5.15.0-${integer(rng, 56, 117)}-generic`,
    practices: {
      backupHour: between(rng, 1, 4.5),
      maintenanceWeekday: integer(rng, 2, 4),
      maintenanceHour: between(rng, 19.5, 21.5),
      cronMinute: integer(rng, 5, 25),
      webApplication: rng.pick(['nextcloud', 'wordpress', 'moodle', 'redmine'] as const),
      databaseServer: rng.pick(['postgresql', 'mariadb'] as const),
    },
  };
}

/** A key's type and fingerprint as sshd prints them. */
export function publicKey(rng: Rng): string {
  return `${rng.pick(['RSA', 'ED25519', 'ED25519', 'ECDSA'])} SHA256:${characters(rng, BASE64, 43)}`;
}

// --- internal ---

const ROLE_NAMES: Readonly<Record<HostRole, readonly string[]>> = {
  web: ['web', 'www', 'web', 'app'],
  mail: ['mail', 'mx', 'smtp', 'mail'],
  file: ['file', 'files', 'nas', 'fs'],
  database: ['db', 'db', 'sql', 'data'],
  gateway: ['vpn', 'gw', 'gate', 'fw'],
  jump: ['jump', 'bastion', 'ssh', 'hop'],
  workstation: ['ws', 'pc', 'desk', 'wks'],
};

function createHosts(rng: Rng, network: string, count: number): Host[] {
  const roles: HostRole[] = [...SERVER_ROLES];
  while (roles.length < count) roles.push('workstation');
  const theme = sample(rng, rng.pick(HOST_THEMES), SERVER_ROLES.length);
  const themed = chance(rng, 0.35);
  const dialect = rng.int(4);
  const suffix = rng.pick([(n: number) => `${n}`, (n: number) => `0${n}`, (n: number) => `-${n}`]);
  const publicNetwork = publicAddress(rng).split('.').slice(0, 3).join('.');
  const firstPublic = integer(rng, 2, 240);
  const serverNet = integer(rng, 1, 20);
  const deskNet = serverNet + integer(rng, 1, 100);
  const networkInterface = rng.pick(['eth0', 'ens18', 'ens3', 'eno1', 'enp1s0']);
  const router = hardwareAddress(rng);
  return roles.map((role, index) => {
    const desk = index - SERVER_ROLES.length;
    const server = desk < 0;
    const label = ROLE_NAMES[role][dialect] ?? role;
    const name = server
      ? ((themed ? theme[index] : undefined) ?? `${label}${suffix(1)}`)
      : `${label}${suffix(desk + 1)}`;
    return {
      name,
      role,
      address: `${network}.${server ? serverNet : deskNet}.${server ? 10 + index * 3 : 40 + desk}`,
      publicAddress:
        role === 'file' || role === 'database' || !server ? null : `${publicNetwork}.${firstPublic + index}`,
      hardwareAddress: hardwareAddress(rng),
      networkInterface: server ? networkInterface : rng.pick(['eno1', 'enp0s31f6', 'enp2s0']),
      router,
      uptimeDays: server ? between(rng, 9, 140) : between(rng, 0.4, 12),
    };
  });
}

function createUsers(rng: Rng, network: string, count: number, workstations: readonly Host[]): User[] {
  const given = sample(rng, GIVEN_NAMES, count);
  const family = sample(rng, FAMILY_NAMES, count);
  const scheme = rng.pick([
    (g: string, f: string) => `${g.charAt(0)}${f}`,
    (g: string, f: string) => `${g}.${f}`,
    (g: string) => g,
    (g: string, f: string) => `${g}${f.charAt(0)}`,
  ]);
  const admins = Math.max(1, Math.round(count * 0.2));
  const developers = Math.max(1, Math.round(count * 0.3));
  const deskNet = workstations[0]?.address.split('.')[2] ?? '90';
  const names = new Set<string>();
  return given.map((first, index) => {
    const last = family[index] ?? 'doe';
    const wanted = scheme(first, last);
    const name = names.has(wanted) ? `${first}.${last}` : wanted;
    names.add(name);
    const role = index < admins ? 'admin' : index < admins + developers ? 'developer' : 'office';
    const seat = workstations[index];
    return {
      name,
      uid: 1000 + index,
      key: publicKey(rng),
      role,
      rhythm: createRhythm(rng, role),
      usesPassword: role === 'office' || chance(rng, role === 'admin' ? 0.15 : 0.4),
      typos: between(rng, 0.02, 0.12),
      workstation: seat?.name ?? null,
      address: seat?.address ?? `${network}.${deskNet}.${120 + index}`,
      hardwareAddress: seat?.hardwareAddress ?? hardwareAddress(rng),
      homeAddress: publicAddress(rng),
      vpnAddress: `${network}.254.${10 + index * 4}`,
    };
  });
}

function createRhythm(rng: Rng, role: User['role']): Rhythm {
  const start = role === 'developer' ? between(rng, 8, 10.3) : between(rng, 6.8, 9.3);
  return {
    start,
    lunch: between(rng, 11.6, 13),
    end: start + between(rng, 8, 9.7),
    spread: between(rng, 0.1, 0.5),
    weekend: role === 'office' ? 0.04 : between(rng, 0.1, 0.35),
    remote: role === 'office' ? between(rng, 0.05, 0.3) : between(rng, 0.15, 0.5),
    absence: between(rng, 0.02, 0.1),
  };
}
