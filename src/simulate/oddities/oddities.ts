import type { Activity } from '../activities/activity.ts';
import { diskWarning, outOfMemory, packageInstallation, powerCut } from './machines.ts';
import { newsletter } from './newsletter.ts';
import { schedule } from './oddity.ts';
import { businessTrip, forgottenPassword, newEmployee, weekendWork } from './people.ts';

/** Benign events out of the ordinary, each once in the period. */
export const ODDITIES: readonly Activity[] = [
  forgottenPassword,
  newEmployee,
  weekendWork,
  businessTrip,
  packageInstallation,
  diskWarning,
  powerCut,
  outOfMemory,
  newsletter,
].map((oddity) => ({ name: oddity.name, start: (world) => schedule(world, oddity) }));
