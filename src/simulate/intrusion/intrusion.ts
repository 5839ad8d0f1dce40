import type { Rng } from '../../util/rng.ts';
import { MINUTE } from '../chance.ts';
import type { Script } from '../scheduler.ts';
import { until, type World } from '../world.ts';
import { initialAccess, passwordGuessing, reconnaissance } from './break-in.ts';
import { coverUp } from './cover-up.ts';
import { exfiltration } from './exfiltration.ts';
import { lateralMovement } from './lateral-movement.ts';
import { persistence } from './persistence.ts';
import { createPlan, type Plan } from './plan.ts';
import { privilegeEscalation } from './privilege-escalation.ts';

/** One stage of the intrusion. All that it writes, and all that others write because of it, carries its name. */
export type Phase = (world: World, rng: Rng, plan: Plan) => Script;

/** Names of the phases in the order in which they begin (after MITRE ATT&CK's tactics). */
export const PHASES: Readonly<Record<string, Phase>> = {
  reconnaissance,
  'password-guessing': passwordGuessing,
  'initial-access': initialAccess,
  'privilege-escalation': privilegeEscalation,
  'lateral-movement': lateralMovement,
  persistence,
  exfiltration,
  'cover-up': coverUp,
};

/** Spawns the intrusion of this world. */
export function startIntrusion(world: World): void {
  const rng = world.random('intrusion');
  const plan = createPlan(world, rng);
  world.scheduler.spawn(unfold(world, rng, plan));
}

// --- internal ---

function* unfold(world: World, rng: Rng, plan: Plan): Script {
  yield* until(world, plan.start);
  for (const [index, [name, phase]] of Object.entries(PHASES).entries()) {
    if (index > 0) yield plan.pauses[index - 1] ?? 0;
    while (!plan.entry.up || plan.targets.some((target) => !target.up)) yield MINUTE;
    world.scheduler.relabel({ kind: 'phase', name });
    yield* phase(world, rng, plan);
  }
}
