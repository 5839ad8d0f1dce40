import { defaultThreads, type RuntimeOptions, type Tensors, writeSafetensors } from '../tensor/index.ts';
import { sha256Hex } from '../util/hash.ts';
import type { Examples } from './examples.ts';

/**
 * What made a training what it is, by name: training goes on only from a checkpoint for
 * which all of it is the same. Values are shown to the user, but for those that are hashes.
 */
export type Identity = Readonly<Record<string, string | number | boolean>>;

/** What an identity is made from, besides the graph of the training step. */
export interface IdentitySource {
  readonly initial: Tensors;
  readonly train: Examples;
  readonly validation: Examples;
  readonly batchSize: number;
  readonly epochs: number;
  readonly maxSteps: number;
  readonly patience: number;
  readonly seed: number;
  readonly runtime?: RuntimeOptions;
  readonly settings?: Identity;
  readonly validated?: readonly unknown[];
}

/** What decides about the weights at the end: settings, data, the step's graph, and how it runs. */
export function identityOf(source: IdentitySource, graph: Uint8Array): Identity {
  const { initial, train, validation, batchSize, epochs, maxSteps, patience, seed, runtime = {}, settings } = source;
  const { validated } = source;
  return {
    ...settings,
    batchSize,
    epochs,
    maxSteps,
    patience,
    seed,
    ...(validated ? { [VALIDATED]: sha256Hex(new TextEncoder().encode(JSON.stringify(validated))) } : {}),
    // Sums of other numbers of threads round differently.
    threads: runtime.threads ?? defaultThreads(),
    device: runtime.device ?? 'cpu',
    [TRAINING_DATA]: hashOf(examplesOf(train)),
    [VALIDATION_DATA]: hashOf(examplesOf(validation)),
    [NETWORK]: sha256Hex(graph) + hashOf(initial),
  };
}

/** What of `wanted` is not as it was `made`, in words; empty where they are the same. */
export function differencesOf(made: Identity, wanted: Identity): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(made)])].filter(
    (name) => made[name] !== wanted[name],
  );
  const named = names.filter((name) => name !== NETWORK);
  if (named.length === 0 && names.length > 0) return ['another version of caracal made it'];
  return named.map(
    (name) => HASHED[name] ?? `${name} was ${made[name] ?? 'not set'}, now ${wanted[name] ?? 'not set'}`,
  );
}

// --- internal ---

const TRAINING_DATA = 'training data';
const VALIDATION_DATA = 'validation data';
const VALIDATED = 'validated';
/** Follows from all the others, so it is named only where none of them differs. */
const NETWORK = 'network';

/** What stands for data in an identity: its value says nothing to a person. */
const HASHED: Readonly<Record<string, string>> = {
  [TRAINING_DATA]: 'it learned from other training sequences',
  [VALIDATION_DATA]: 'it held out other sequences for validation',
  [VALIDATED]: 'other trainings decided when it stops',
};

function examplesOf({ columns, weights }: Examples): Tensors {
  return { ...columns, weights: { dtype: 'float32', shape: [weights.length], data: weights } };
}

function hashOf(tensors: Tensors): string {
  return sha256Hex(writeSafetensors(tensors));
}
