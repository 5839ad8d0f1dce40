import { describe, expect, it } from 'vitest';
import { CaracalError } from '../errors.ts';
import { PHASES } from './intrusion/intrusion.ts';
import { type Simulation, simulate } from './simulate.ts';

const SEEDS = [1, 2, 3, 4, 5];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LINE = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) ([a-z0-9-]+) ([\w./@-]+\]?)(?:\[(\d+)\])?: (.*)$/;

const simulations = new Map(SEEDS.map((seed) => [seed, simulate({ seed })]));
const first = simulate({ seed: 1 });

interface Line {
  readonly time: number;
  readonly host: string;
  readonly app: string;
  readonly pid: string;
  readonly message: string;
}

function parse(simulation: Simulation, file: string): Line[] {
  const year = new Date(simulation.start).getUTCFullYear();
  return (simulation.files.get(file) ?? []).map((line) => {
    const parts = LINE.exec(line);
    if (parts === null) throw new Error(`not RFC 3164: ${line}`);
    const [, stamp, host = '', app = '', pid = '', message = ''] = parts;
    return { time: Date.parse(`${year} ${stamp} UTC`), host, app, pid, message };
  });
}

describe('simulate', () => {
  it('gives the same lines for the same options', () => {
    expect(first.files).toEqual(simulations.get(1)?.files);
    expect(first.labels).toEqual(simulations.get(1)?.labels);
  });

  it.each(SEEDS)('seed %i: valid RFC 3164 lines in time order within the period', (seed) => {
    const simulation = simulations.get(seed) ?? first;
    expect([...simulation.files.keys()]).toEqual(['logs/auth.log', 'logs/syslog']);
    const hosts = new Set(simulation.company.hosts.map((host) => host.name));
    for (const file of simulation.files.keys()) {
      const lines = parse(simulation, file);
      const times = lines.map((line) => line.time);
      expect(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))).toBe(true);
      expect(times[0]).toBeGreaterThanOrEqual(simulation.start);
      expect(times.at(-1)).toBeLessThan(simulation.end);
      expect(lines.every((line) => hosts.has(line.host))).toBe(true);
    }
  });

  it.each(SEEDS)('seed %i: phases are exactly the span of their labelled lines', (seed) => {
    const simulation = simulations.get(seed) ?? first;
    const parsed = new Map([...simulation.files.keys()].map((file) => [file, parse(simulation, file)]));
    const spans: Record<string, [number, number]> = {};
    for (const { source, line, label } of simulation.labels) {
      const { time = Number.NaN } = parsed.get(source)?.[line - 1] ?? {};
      const span = spans[label] ?? [time, time];
      spans[label] = [Math.min(span[0], time), Math.max(span[1], time)];
    }
    const told = Object.entries(simulation.phases).map(([name, [start, end]]) => [
      name,
      [Date.parse(start), Date.parse(end)],
    ]);
    expect(spans).toEqual(Object.fromEntries(told));
    expect(Object.keys(simulation.phases).sort()).toEqual(Object.keys(PHASES).sort());
  });

  it.each(SEEDS)('seed %i: the intrusion lies in the last third, lasts some hours and drowns in the rest', (seed) => {
    const simulation = simulations.get(seed) ?? first;
    const spans = Object.values(simulation.phases).map(([start, end]) => [Date.parse(start), Date.parse(end)] as const);
    const start = Math.min(...spans.map(([begin]) => begin));
    const end = Math.max(...spans.map(([, stop]) => stop));
    expect(start).toBeGreaterThan(simulation.start + ((simulation.end - simulation.start) * 2) / 3);
    expect(end - start).toBeGreaterThan(1.5 * HOUR);
    expect(end - start).toBeLessThan(7 * HOUR);
    const total = [...simulation.files.values()].reduce((sum, lines) => sum + lines.length, 0);
    expect(simulation.labels.length / total).toBeLessThan(0.05);
    expect(total).toBeGreaterThan(55_000);
    expect(total).toBeLessThan(115_000);
  });

  it.each(SEEDS)('seed %i: every session that opens was accepted, and closes once, by the same process', (seed) => {
    const open = new Map<string, 'accepted' | 'open'>();
    const running = new Set<string>();
    let closed = 0;
    for (const line of parse(simulations.get(seed) ?? first, 'logs/auth.log')) {
      const process = `${line.host} ${line.app} ${line.pid}`;
      if (line.app === 'sshd' && line.message.startsWith('Accepted ') && !line.message.startsWith('Accepted key ')) {
        expect(open.get(process)).toBeUndefined();
        open.set(process, 'accepted');
      } else if (line.message.includes('(sshd:session): session opened')) {
        expect(open.get(process)).toBe('accepted');
        open.set(process, 'open');
      } else if (line.message.includes('(sshd:session): session closed')) {
        expect(open.get(process)).toBe('open');
        open.delete(process);
        closed++;
      } else if (line.message.includes('(cron:session): session opened')) {
        expect(running.has(process)).toBe(false);
        running.add(process);
      } else if (line.message.includes('(cron:session): session closed')) {
        expect(running.delete(process)).toBe(true);
      }
    }
    expect(closed).toBeGreaterThan(100);
    // Only restarts and the end of the period leave something open.
    expect(open.size).toBeLessThan(25);
    expect(running.size).toBeLessThan(60);
  });

  it.each(SEEDS)('seed %i: process ids grow on every host until it restarts or they run out', (seed) => {
    const last = new Map<string, number>();
    const simulation = simulations.get(seed) ?? first;
    const started = new Map<string, number[]>();
    for (const line of parse(simulation, 'logs/syslog')) {
      if (line.message.includes('Linux version'))
        started.set(line.host, [...(started.get(line.host) ?? []), line.time]);
    }
    for (const line of parse(simulation, 'logs/auth.log')) {
      if (line.app !== 'CRON' || !line.message.includes('opened')) continue;
      const boot = (started.get(line.host) ?? []).filter((time) => time <= line.time).length;
      const life = `${line.host} ${boot}`;
      const pid = Number(line.pid);
      const previous = last.get(life) ?? 0;
      if (pid > 2000 || previous < 4_000_000) expect(pid).toBeGreaterThan(previous);
      last.set(life, pid);
    }
  });

  it.each(SEEDS)('seed %i: people work by day, the internet never sleeps', (seed) => {
    const lines = parse(simulations.get(seed) ?? first, 'logs/auth.log');
    const count = (pattern: RegExp, from: number, to: number): number =>
      lines.filter(({ time, message }) => {
        const hour = (time % DAY) / HOUR;
        const weekend = [0, 6].includes(new Date(time).getUTCDay());
        return !weekend && hour >= from && hour < to && pattern.test(message);
      }).length;
    const people = /^Accepted (password|publickey)|gdm-password:session\): session opened/;
    expect(count(people, 9, 17)).toBeGreaterThan(3 * count(people, 20, 28));
    const strangers = /^Invalid user/;
    const ratio = count(strangers, 8, 20) / (count(strangers, 0, 8) + count(strangers, 20, 24));
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  it('makes another company of every seed', () => {
    const traits = (trait: (simulation: Simulation) => string): number =>
      new Set([...simulations.values()].map(trait)).size;
    expect(traits(({ company }) => company.users.map((user) => user.name).join())).toBe(SEEDS.length);
    expect(traits(({ company }) => company.hosts.map((host) => host.address).join())).toBe(SEEDS.length);
    expect(traits(({ phases }) => phases.reconnaissance?.[0].slice(11) ?? '')).toBe(SEEDS.length);
    expect(traits(({ company }) => company.hosts.map((host) => host.name).join())).toBeGreaterThan(2);
  });

  it('has benign oddities and marks none of their lines as an attack', () => {
    const names = new Set([...simulations.values()].flatMap(({ oddities }) => Object.keys(oddities)));
    expect(names.size).toBeGreaterThanOrEqual(8);
    for (const { labels } of simulations.values()) {
      expect(labels.some(({ label }) => names.has(label))).toBe(false);
    }
  });

  it('without an intrusion nothing is labelled, and the same company lives on', () => {
    const quiet = simulate({ seed: 1, intrusion: false });
    expect(quiet.phases).toEqual({});
    expect(quiet.labels).toEqual([]);
    expect(quiet.company).toEqual(first.company);
    expect(Object.keys(quiet.oddities)).toEqual(Object.keys(first.oddities));
  });

  it('follows days, hosts, users, scale, start and intrusionDay', () => {
    const start = Date.UTC(2024, 11, 30);
    const small = simulate({ seed: 9, days: 3, hosts: 8, users: 4, scale: 0.5, start, intrusionDay: 0 });
    expect(small.company.hosts).toHaveLength(8);
    expect(small.company.users).toHaveLength(4);
    expect([small.start, small.end]).toEqual([start, start + 3 * DAY]);
    expect(Date.parse(small.phases.reconnaissance?.[0] ?? '')).toBeLessThan(start + 1.1 * DAY);
    const busy = simulate({ seed: 9, days: 3, hosts: 8, users: 4, scale: 2, start, intrusionDay: 0 });
    const size = (simulation: Simulation): number => simulation.files.get('logs/auth.log')?.length ?? 0;
    expect(size(busy)).toBeGreaterThan(1.5 * size(small));
  });

  it.each([1, 11, 12, 13])('fits the whole intrusion even into a single day (seed %i)', (seed) => {
    const { phases, end } = simulate({ seed, days: 1 });
    expect(Object.keys(phases)).toHaveLength(Object.keys(PHASES).length);
    for (const [, stop] of Object.values(phases)) expect(Date.parse(stop)).toBeLessThan(end);
  });

  it.each([
    { days: 0 },
    { days: 1.5 },
    { hosts: 3 },
    { users: 2 },
    { users: 500 },
    { scale: 0 },
    { scale: Number.NaN },
    { intrusionDay: 7 },
    { seed: Number.NaN },
    { start: -1 },
  ])('refuses %o and names the range', (options) => {
    expect(() => simulate(options)).toThrow(CaracalError);
    expect(() => simulate(options)).toThrow(new RegExp(`${Object.keys(options)[0]} is .*from .* to `));
  });
});
