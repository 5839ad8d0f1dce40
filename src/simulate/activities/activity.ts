import type { World } from '../world.ts';

/** One family of things that happen in a company. */
export interface Activity {
  readonly name: string;
  /** Spawns its scripts; called once, at the first moment. */
  start(world: World): void;
}
