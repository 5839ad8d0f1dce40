import { z } from 'zod';

/**
 * What people change while the service runs: kept in the store, changed through the API
 * and the dashboard. Times are in the unit that their names say.
 */

const entity = z.strictObject({
  kind: z.enum(['user', 'address', 'process', 'host']),
  value: z.string().min(1).max(256),
});

const severity = z.enum(['LOW', 'MED', 'HIGH']);
const rank = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO']);

/** Which alerts a target is told of; windows always are. */
const wanted = { name: z.string().min(1).max(64), from: rank.default('MEDIUM'), enabled: z.boolean().default(true) };

/** Where notifications go. Secrets are write-only: the API gives them back masked. */
export const notifyTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), ...wanted, url: z.url(), secret: z.string().min(16).max(256) }),
  z.strictObject({ kind: z.literal('slack'), ...wanted, url: z.url() }),
  z.strictObject({
    kind: z.literal('syslog'),
    ...wanted,
    transport: z.enum(['udp', 'tcp', 'tls']).default('udp'),
    host: z.string().min(1).max(256),
    port: z.int().min(1).max(65_535),
  }),
  z.strictObject({ kind: z.literal('file'), ...wanted, path: z.string().min(1).max(4096) }),
]);

const days = z.number().min(0.01).max(36_500);

export const settingsSchema = z.strictObject({
  /** Reach of real-time windows, in typical gaps of normal activity. */
  alpha: z.number().min(0).max(100),
  /** Extension of forensic windows, as the hunt has it. */
  beta: z.number().min(0).max(1),
  /** Alerts a day that are shown and notified; what is beyond it is kept, marked, and found by filter. */
  alertBudget: z.int().min(1).max(1_000_000),
  retention: z.strictObject({
    recordDays: days,
    recordBytes: z.int().min(1_000_000),
    eventDays: days,
    countDays: days,
    alertDays: days,
  }),
  /** How much assets matter, 0 to 1; what is not named has 0.5. */
  criticality: z.array(z.strictObject({ entity, value: z.number().min(0).max(1) })).max(10_000),
  notify: z.array(notifyTargetSchema).max(50),
  /** Lowest severity of events that become alerts. */
  leastSeverity: severity,
  /** Learn anew by itself when drift is strong. */
  retrainOnDrift: z.boolean(),
});

export type Settings = z.output<typeof settingsSchema>;
export type NotifyTarget = z.output<typeof notifyTargetSchema>;

export const DEFAULT_SETTINGS: Settings = {
  alpha: 1,
  beta: 0,
  alertBudget: 200,
  retention: { recordDays: 30, recordBytes: 20_000_000_000, eventDays: 90, countDays: 400, alertDays: 400 },
  criticality: [],
  notify: [],
  leastSeverity: 'MED',
  retrainOnDrift: false,
};
