import type { ArgsDef } from 'citty';
import type { SimulationOptions } from '../simulate/index.ts';
import { flags, numberFlag } from './flags.ts';

/** Flags of every command that simulates. */
export const simulateFlags = {
  seed: { ...flags.seed, description: 'another seed is another company' },
  days: { type: 'string', default: '7', valueHint: 'n', description: 'length of the period, 1 to 90' },
  hosts: { type: 'string', default: '11', valueHint: 'n', description: 'hosts of the company, 7 to 40' },
  users: { type: 'string', default: '10', valueHint: 'n', description: 'people of the company, 3 to 50' },
  scale: { type: 'string', default: '1', valueHint: 'x', description: 'how busy they are, 0.1 to 20' },
  intrusion: {
    type: 'boolean',
    default: true,
    negativeDescription: 'nobody breaks in',
    description: 'somebody breaks in',
  },
} as const satisfies ArgsDef;

/** What the flags say is to be simulated. */
export function simulationOptions(args: Readonly<Record<string, unknown>>): SimulationOptions {
  const whole = (name: string): number => {
    const value = args[name];
    return numberFlag(name, typeof value === 'string' ? value : undefined, { whole: true }) ?? Number.NaN;
  };
  return {
    seed: whole('seed'),
    days: whole('days'),
    hosts: whole('hosts'),
    users: whole('users'),
    scale: numberFlag('scale', typeof args.scale === 'string' ? args.scale : undefined) ?? 1,
    intrusion: args.intrusion !== false,
  };
}
