import type { ErrorCode } from '../errors.ts';
import type { FoldOutcome } from '../models/index.ts';
import type { ScannerProgram } from '../parse/index.ts';

/** What a scanning thread is started with. */
export interface ScanTask {
  readonly program: ScannerProgram;
  /** Of `createSlotMemory`. */
  readonly memory: SharedArrayBuffer;
  /** Names of the logs. */
  readonly names: readonly string[];
}

/** What a thread that ran a fold says. */
export type FromFold =
  | { readonly outcome: FoldOutcome }
  | { readonly outcome?: never; readonly failed: { readonly code: ErrorCode; readonly message: string } };
