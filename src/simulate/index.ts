export type { Account, Company, Host, HostRole, Practices, Rhythm, User } from './company.ts';
export type { LabelledLine } from './journal.ts';
export type { SimulationOptions } from './options.ts';
export { type Simulation, simulate } from './simulate.ts';
