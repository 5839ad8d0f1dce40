import { EVERYDAY } from './activities/everyday.ts';
import type { Company } from './company.ts';
import { startIntrusion } from './intrusion/intrusion.ts';
import type { LabelledLine, Span } from './journal.ts';
import { ODDITIES } from './oddities/oddities.ts';
import { resolveOptions, type SimulationOptions } from './options.ts';
import { createWorld } from './world.ts';

/** A period of a made-up company's logs, with the truth about them. */
export interface Simulation {
  /** Path such as `logs/auth.log` to its lines in time order, without line ends. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Phases of the intrusion in the order of their start: first and last line as `[startISO, endISO]`. Empty without an intrusion. */
  readonly phases: Readonly<Record<string, readonly [string, string]>>;
  /** Every line that exists only because of the intruder, with its phase; all other lines are benign. */
  readonly labels: readonly LabelledLine[];
  /** Benign events out of the ordinary, which a detector may well point at: their span as in `phases`. */
  readonly oddities: Readonly<Record<string, readonly [string, string]>>;
  /** First moment and the one after the last, epoch ms. Lines carry no year: it is that of `start`. */
  readonly start: number;
  readonly end: number;
  readonly company: Company;
}

/**
 * Simulates the syslog of a small company: people with their habits, services, cron,
 * maintenance, the background noise of the internet, some benign oddities, and an
 * intrusion in several phases. The same options give the same lines; another seed is
 * another company. Times are UTC; lines are RFC 3164 as Debian-like systems write them.
 *
 * @throws CaracalError `E_USAGE` for an option out of its range
 * @example
 * const { files, phases } = simulate({ seed: 7, days: 7 });
 * files.get('logs/auth.log')?.[0]; // 'Mar  3 00:00:01 web1 CRON[48213]: pam_unix(cron:session): ...'
 */
export function simulate(options: SimulationOptions = {}): Simulation {
  const resolved = resolveOptions(options);
  const world = createWorld(resolved);
  for (const activity of [...EVERYDAY, ...ODDITIES]) activity.start(world);
  if (resolved.intrusion) startIntrusion(world);
  world.scheduler.run(world.end);
  const { files, labels } = world.journal;
  return {
    files,
    phases: spans(world.journal.spans.values(), 'phase'),
    labels,
    oddities: spans(world.journal.spans.values(), 'oddity'),
    start: world.start,
    end: world.end,
    company: world.company,
  };
}

// --- internal ---

function spans(all: Iterable<Readonly<Span>>, kind: Span['kind']): Record<string, readonly [string, string]> {
  const wanted = [...all].filter((span) => span.kind === kind).sort((a, b) => a.start - b.start);
  return Object.fromEntries(
    wanted.map((span) => [span.name, [new Date(span.start).toISOString(), new Date(span.end).toISOString()] as const]),
  );
}
