import type { Activity } from './activity.ts';
import { backups } from './backups.ts';
import { cronJobs } from './cron-jobs.ts';
import { hardware } from './hardware.ts';
import { internetNoise } from './internet-noise.ts';
import { mailFlow } from './mail-flow.ts';
import { maintenance } from './maintenance.ts';
import { networkServices } from './network-services.ts';
import { systemTimers } from './system-timers.ts';
import { workdays } from './workdays.ts';

/** Everyday life. Their order only breaks ties within the same millisecond. */
export const EVERYDAY: readonly Activity[] = [
  cronJobs,
  systemTimers,
  backups,
  maintenance,
  workdays,
  mailFlow,
  networkServices,
  internetNoise,
  hardware,
];
