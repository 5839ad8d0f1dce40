import { CaracalError } from '../../errors.ts';
import type { Store, VerdictTarget } from '../../store/index.ts';
import type { Io } from '../io.ts';

/** What a verb of `caracal feedback` on a live store works with. */
export interface FeedbackVerbCall {
  readonly io: Io;
  /** Opens the store, once the call itself makes sense. */
  open(): Promise<Store>;
  /** What follows the verb. */
  readonly names: readonly string[];
  /** Who asks. */
  readonly by: string;
  readonly verdict: string | undefined;
  readonly reason: string | undefined;
  /** Epoch ms. */
  readonly expires: number | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Runs a verb and gives its exit code. */
export type FeedbackVerb = (call: FeedbackVerbCall) => Promise<number>;

/** A line of `--json` output. */
export function jsonLine(io: Io, value: object): void {
  io.out(`${JSON.stringify(value)}\n`);
}

/**
 * The alert or window of an id.
 *
 * @throws CaracalError `E_USAGE` where there is none
 */
export async function targetOf(store: Store, id: string): Promise<VerdictTarget> {
  if (await store.alerts.get(id)) return { kind: 'alert', id };
  if (await store.windows.get(id)) return { kind: 'window', id };
  throw new CaracalError('E_USAGE', `there is no alert or window ${id}. See caracal feedback list.`, { id });
}

/**
 * What a verdict needs besides what it is about.
 *
 * @throws CaracalError `E_USAGE` without one
 */
export function needed(flag: string, text: string | undefined, example: string): string {
  if (text !== undefined && text.trim() !== '') return text;
  throw new CaracalError('E_USAGE', `--${flag} is missing. Give it, as in --${flag} ${example}.`);
}
