import { beforeEach, describe, expect, it } from 'vitest';
import { createRng } from '../util/rng.ts';
import { createCompany } from './company.ts';
import { createJournal, type Journal } from './journal.ts';
import { createMachine, type Machine } from './machine.ts';
import { createScheduler } from './scheduler.ts';

let journal: Journal;
let machine: Machine;
beforeEach(() => {
  journal = createJournal();
  const [host] = createCompany(createRng(3), 7, 4).hosts;
  if (host === undefined) throw new Error('a company has hosts');
  machine = createMachine(host, createScheduler(Date.UTC(2025, 0, 5, 7, 8, 9)), journal, createRng(4));
});

const lines = (): readonly string[] => journal.files.get('logs/syslog') ?? [];

describe('machine', () => {
  it('writes RFC 3164 lines with its name, the program and its process id', () => {
    const process = machine.fork('named');
    process.syslog('all zones loaded');
    expect(lines()).toEqual([`Jan  5 07:08:09 ${machine.name} named[${process.pid}]: all zones loaded`]);
  });

  it('gives every program a new, higher process id, and a daemon always the same', () => {
    const first = machine.fork('sshd').pid;
    expect(machine.fork('sshd').pid).toBeGreaterThan(first);
    expect(machine.daemon('cron').pid).toBe(machine.daemon('cron').pid);
    expect(machine.daemon('cron').pid).not.toBe(machine.restartDaemon('cron').pid);
  });

  it('is silent while it is down, and processes of before the start stay dead', () => {
    const before = machine.fork('sshd');
    machine.powerOff();
    before.syslog('lost');
    machine.init('lost');
    machine.powerOn();
    before.syslog('lost');
    expect(before.alive()).toBe(false);
    expect(lines()).toEqual([]);
    machine.kernel('Linux version 5.15', 0);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatch(/kernel: \[ {4}0\.000\d{3}\] Linux version 5\.15$/);
    expect(machine.fork('sshd').pid).toBeLessThan(5000);
  });

  it('loses what is written while no syslog daemon runs', () => {
    machine.logging = false;
    machine.init('lost');
    machine.logging = true;
    machine.init('kept');
    expect(lines()).toHaveLength(1);
  });

  it('hands out the lowest free terminal', () => {
    expect([machine.openTerminal(), machine.openTerminal()]).toEqual([0, 1]);
    machine.closeTerminal(0);
    expect([machine.openTerminal(), machine.openTerminal()]).toEqual([0, 2]);
  });
});
