import { firstMigration } from './first.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** All of them; number i leads to version i + 1. */
export const migrations: readonly Migration[] = [firstMigration];
