import { CaracalError } from '../errors.ts';
import { readSafetensors, type Tensors, writeSafetensors } from '../tensor/index.ts';
import { sha256Hex } from '../util/hash.ts';
import type { EpochReport, StepReport } from './history.ts';
import { differencesOf, type Identity } from './identity.ts';
import type { Measures } from './measures.ts';

/** Where the newest checkpoint is kept; a folder on disk is `openCheckpoint` of `files/`. */
export interface CheckpointStore {
  /** The newest checkpoint, `null` where there is none. */
  read(): Promise<Uint8Array | null>;
  /** Replaces it. Whatever ends the process meanwhile, the old one or the new one is there, whole. */
  write(checkpoint: Uint8Array): Promise<void>;
  /** Where the checkpoint of one training is kept, where there are several. */
  part(number: number): CheckpointStore;
}

/** How a training keeps what it needs to go on after it was killed. */
export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /** Steps from one checkpoint to the next. */
  readonly every: number;
  /** Go on from the newest checkpoint, where there is one. */
  readonly resume: boolean;
  /** Called where training goes on from a checkpoint. */
  readonly onResume?: (from: StepReport) => void;
}

/** All that a training is between two steps. What is not here follows from its identity. */
export interface TrainingState {
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Steps made in it. */
  readonly step: number;
  /** Sums over those steps. */
  readonly sums: Measures;
  /** Seconds spent on them. */
  readonly seconds: number;
  /** Weights and the optimiser's state. */
  readonly carried: Tensors;
  /** The weights of the best epoch, and which it was; 0 where none has ended. */
  readonly best: { readonly epoch: number; readonly parameters: Tensors };
  readonly history: readonly EpochReport[];
}

/** A state as the bytes of one safetensors file. */
export function encodeCheckpoint(identity: Identity, state: TrainingState): Uint8Array {
  const { carried, best, ...rest } = state;
  const text = JSON.stringify({ ...rest, identity, bestEpoch: best.epoch });
  const prefixed = (prefix: string, tensors: Tensors) =>
    Object.entries(tensors).map(([name, value]) => [`${prefix}.${name}`, value]);
  const tensors: Tensors = Object.fromEntries([...prefixed('now', carried), ...prefixed('best', best.parameters)]);
  return written(text, tensors);
}

/**
 * The state that a checkpoint holds.
 *
 * @throws CaracalError `E_CHECKPOINT` where it is damaged, or was made with other data or settings, which are named
 */
export function decodeCheckpoint(bytes: Uint8Array, identity: Identity): TrainingState {
  const { tensors, metadata } = readFile(bytes);
  const text = metadata.state ?? '';
  // Everything must be there as it was written, names included.
  const again = written(text, tensors);
  if (again.length !== bytes.length || !again.every((byte, at) => byte === bytes[at])) throw damaged();
  const { identity: made, bestEpoch, history, ...rest } = JSON.parse(text) as Written;
  const differences = differencesOf(made, identity);
  if (differences.length > 0) {
    throw new CaracalError(
      'E_CHECKPOINT',
      `The checkpoint is of another training: ${differences.join('; ')}. Resume it with what it began with, or keep the checkpoints of this training in a folder of their own.`,
      { differences: differences.join('; ') },
    );
  }
  const under = (prefix: string): Tensors =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(`${prefix}.`))
        .map(([name, value]) => [name.slice(prefix.length + 1), value]),
    );
  return {
    ...rest,
    carried: under('now'),
    best: { epoch: bestEpoch, parameters: under('best') },
    // JSON has no NaN.
    history: history.map((report) => mapNumbers(report, (value) => value ?? Number.NaN)),
  };
}

// --- internal ---

/** A state as JSON, without its tensors. */
interface Written extends Omit<TrainingState, 'carried' | 'best'> {
  readonly identity: Identity;
  readonly bestEpoch: number;
}

function mapNumbers(report: EpochReport, map: (value: number | null) => number): EpochReport {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => [name, map(value)]),
  ) as unknown as EpochReport;
}

function written(state: string, tensors: Tensors): Uint8Array {
  const layout = Object.keys(tensors)
    .sort()
    .map((name) => [name, tensors[name]?.dtype, tensors[name]?.shape]);
  return writeSafetensors(tensors, { state, hash: hashOf(state + JSON.stringify(layout)) });
}

function readFile(bytes: Uint8Array) {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw damaged(cause);
  }
}

function hashOf(text: string): string {
  return sha256Hex(new TextEncoder().encode(text));
}

function damaged(cause?: unknown): CaracalError {
  return new CaracalError(
    'E_CHECKPOINT',
    'The checkpoint is damaged: truncated or changed. Remove it and train from the beginning.',
    {},
    { cause },
  );
}
