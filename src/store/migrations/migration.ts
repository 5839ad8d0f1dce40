import type { Kysely } from 'kysely';
import type { DatabaseKind } from '../database.ts';

/** One step of the schema. Once released it never changes; what comes later is another one. */
export interface Migration {
  readonly name: string;
  up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void>;
}
