import { createRng } from '../../src/util/rng.ts';

const MINUTE = 60_000;

/** One alert of a made-up sensor; time is epoch ms. */
export interface SensorAlert {
  readonly time: number;
  readonly host: string;
  readonly key: string;
  readonly label: string;
}

export const ALERTS_BEGIN = Date.UTC(2017, 0, 10);
/** Three days of ordinary alerts lie before it. */
export const HUNT_BEGIN = Date.UTC(2017, 0, 13);
export const ALERTS_END = Date.UTC(2017, 0, 14, 12);

/** An intrusion on `web`: a scan that two sensors see, and hours later a service stopped on `files`. */
export const INTRUSION = {
  scan: [Date.UTC(2017, 0, 13, 9), Date.UTC(2017, 0, 13, 9, 4)],
  stop: [Date.UTC(2017, 0, 13, 20), Date.UTC(2017, 0, 13, 20, 1)],
  unseen: [Date.UTC(2017, 0, 14, 1), Date.UTC(2017, 0, 14, 2)],
} as const;

/**
 * Four and a half days of alerts of two sensors (`W-...` and `S-...`) on three hosts, with an
 * intrusion in the last one and a half.
 */
export function sensorAlerts(): SensorAlert[] {
  const rng = createRng(11);
  const alerts: SensorAlert[] = [];
  const normal = (time: number, host: string, key: string): void => {
    alerts.push({ time: Math.round(time / 1000) * 1000, host, key, label: '-' });
  };
  for (let at = ALERTS_BEGIN; at < ALERTS_END; at += MINUTE * (2 + 6 * rng.next())) {
    const host = ['web', 'mail', 'files'][rng.int(3)] ?? 'web';
    normal(at, host, 'W-Login');
    normal(at + 1000, host, rng.next() < 0.5 ? 'W-Logout' : 'W-Sudo');
    if (rng.next() < 0.3) normal(at + 2000, host, 'S-Tls');
  }
  for (let at = ALERTS_BEGIN; at < ALERTS_END; at += 60 * MINUTE) normal(at + 1000 * rng.int(600), 'web', 'W-Update');
  const attack = (time: number, host: string, key: string, label: string): void => {
    alerts.push({ time, host, key, label });
  };
  for (let i = 0; i < 200; i++) attack(INTRUSION.scan[0] + i * 1000, 'web', 'W-Http-400', 'scan');
  for (let i = 0; i < 5; i++) attack(INTRUSION.scan[0] + i * 40_000, 'web', 'S-Nmap', 'scan');
  attack(INTRUSION.stop[0] + 5000, 'files', 'W-Service-Stop', 'stop');
  return alerts.sort((a, b) => a.time - b.time);
}

/** Alerts as an event CSV, newest first: rows need not be sorted. */
export function alertsCsv(alerts: readonly SensorAlert[]): string {
  const rows = alerts.map(({ time, host, key, label }) => `${time / 1000},${host},${key},${label}\n`);
  return `time,host,short,event_label\n${rows.reverse().join('')}`;
}

/** The phases of the intrusion as `--phases` takes them. */
export function phasesJson(): string {
  const iso = (time: number): string => new Date(time).toISOString();
  return JSON.stringify(Object.fromEntries(Object.entries(INTRUSION).map(([name, span]) => [name, span.map(iso)])));
}
