import type { ModelStore } from '../../files/index.ts';
import type { Io } from '../io.ts';

/** What a verb of `caracal models` works with. */
export interface ModelVerbCall {
  readonly io: Io;
  readonly store: ModelStore;
  /** Name of the model, where one was given. */
  readonly name: string | undefined;
  readonly out: string | undefined;
  /** Who asks. */
  readonly by: string;
  readonly json: boolean;
}

/** Runs a verb and gives its exit code. */
export type ModelVerb = (call: ModelVerbCall) => Promise<number>;

/** A line of `--json` output. */
export function jsonLine(io: Io, value: object): void {
  io.out(`${JSON.stringify(value)}\n`);
}
