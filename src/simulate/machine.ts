import type { Rng } from '../util/rng.ts';
import { DAY, integer, SECOND } from './chance.ts';
import type { Host } from './company.ts';
import type { Journal, LogFile } from './journal.ts';
import type { Scheduler } from './scheduler.ts';

/** A running program. What it writes is lost once its machine went down. */
export interface Process {
  readonly pid: number;
  alive(): boolean;
  /** Writes to facility `auth` or `authpriv`. */
  auth(message: string): void;
  /** Writes to any other facility. */
  syslog(message: string): void;
}

/** The log-in sessions of one user, and the user's own systemd. */
interface UserSessions {
  open: number;
  readonly manager: Process;
}

/** A host at run time: its processes, its log-in sessions, whether it is up and logs. */
export interface Machine {
  readonly host: Host;
  readonly name: string;
  readonly up: boolean;
  /** False while no syslog daemon passes lines on. */
  logging: boolean;
  /** Epoch ms. */
  readonly bootTime: number;
  /** Starts a program with the next process id. */
  fork(program: string): Process;
  /** The long-running program of that name. */
  daemon(program: string): Process;
  /** Replaces the long-running program by a new process. */
  restartDaemon(program: string): Process;
  /** A line of a program that gives no process id, such as sudo. */
  auth(program: string, message: string): void;
  syslog(program: string, message: string): void;
  /** A line of systemd, process 1. */
  init(message: string): void;
  /** A kernel line with its time since boot: the present, or `seconds` for what the kernel kept until logging began. */
  kernel(message: string, seconds?: number): void;
  /** Number of the next log-in session. */
  nextSession(): number;
  /** Who is logged in, by user name. */
  readonly sessions: Map<string, UserSessions>;
  /** Lowest pseudo-terminal that nobody uses; give it back with `closeTerminal`. */
  openTerminal(): number;
  closeTerminal(terminal: number): void;
  powerOff(): void;
  powerOn(): void;
}

/** A machine that has been up for `host.uptimeDays`. */
export function createMachine(host: Host, scheduler: Scheduler, journal: Journal, rng: Rng): Machine {
  const forksPerSecond = host.role === 'workstation' ? 0.25 : 0.05 + 0.5 * rng.next();
  const daemons = new Map<string, Process>();
  const sessions = new Map<string, UserSessions>();
  const terminals = new Set<number>();
  let up = true;
  let boots = 0;
  let bootTime = scheduler.now - host.uptimeDays * DAY;
  let lastPid =
    2000 + ((integer(rng, 0, 7000) + Math.floor(host.uptimeDays * 86400 * forksPerSecond)) % (PID_MAX - 2000));
  let lastFork = scheduler.now;
  let kernelTime = 0;
  let session = Math.floor(host.uptimeDays * 30);
  let daemonPid = integer(rng, 500, 640);

  const nextPid = (): number => {
    const elapsed = (scheduler.now - lastFork) / SECOND;
    lastFork = scheduler.now;
    lastPid += 1 + Math.floor(rng.exponential(elapsed * forksPerSecond));
    if (lastPid > PID_MAX) lastPid = integer(rng, 300, 900);
    return lastPid;
  };

  const process = (program: string, pid: number): Process => {
    const boot = boots;
    const tag = `${program}[${pid}]`;
    const alive = (): boolean => up && boot === boots;
    const write = (file: LogFile, message: string): void => {
      if (alive()) put(file, tag, message);
    };
    return {
      pid,
      alive,
      auth: (message) => write('logs/auth.log', message),
      syslog: (message) => write('logs/syslog', message),
    };
  };

  const put = (file: LogFile, tag: string, message: string): void => {
    if (up && machine.logging) journal.write(scheduler.now, file, host.name, tag, message, scheduler.label);
  };

  const machine: Machine = {
    host,
    name: host.name,
    logging: true,
    sessions,
    get up() {
      return up;
    },
    get bootTime() {
      return bootTime;
    },
    fork: (program) => process(program, nextPid()),
    daemon: (program) => {
      const known = daemons.get(program);
      if (known?.alive() === true) return known;
      daemonPid += integer(rng, 1, 23);
      const started = process(program, daemonPid);
      daemons.set(program, started);
      return started;
    },
    restartDaemon: (program) => {
      const started = process(program, nextPid());
      daemons.set(program, started);
      return started;
    },
    auth: (program, message) => put('logs/auth.log', program, message),
    syslog: (program, message) => put('logs/syslog', program, message),
    init: (message) => put('logs/syslog', 'systemd[1]', message),
    kernel: (message, seconds = (scheduler.now - bootTime) / SECOND) => {
      kernelTime = Math.max(seconds, kernelTime + 1e-5) + rng.next() / 1e4;
      put('logs/syslog', 'kernel', `[${kernelTime.toFixed(6).padStart(12)}] ${message}`);
    },
    nextSession: () => ++session,
    openTerminal: () => {
      let terminal = 0;
      while (terminals.has(terminal)) terminal++;
      terminals.add(terminal);
      return terminal;
    },
    closeTerminal: (terminal) => {
      terminals.delete(terminal);
    },
    powerOff: () => {
      up = false;
    },
    powerOn: () => {
      up = true;
      machine.logging = true;
      boots++;
      bootTime = scheduler.now;
      kernelTime = 0;
      lastFork = scheduler.now;
      session = 0;
      daemonPid = integer(rng, 420, 560);
      lastPid = daemonPid + integer(rng, 500, 900);
      daemons.clear();
      sessions.clear();
      terminals.clear();
    },
  };
  return machine;
}

// --- internal ---

/** Default of `kernel.pid_max` on 64-bit systems. */
const PID_MAX = 4_194_304;
