import { CaracalError } from '../errors.ts';
import {
  buildTrainingStep,
  compile,
  createSession,
  createTrainer,
  input,
  mul,
  type Optimizer,
  type RuntimeOptions,
  reduceSum,
  type Session,
  type Tensors,
  type Trainer,
  type TrainingStep,
  tensor,
  type Value,
  type Values,
} from '../tensor/index.ts';
import { createRng } from '../util/rng.ts';
import { type CheckpointOptions, decodeCheckpoint, encodeCheckpoint, type TrainingState } from './checkpoint.ts';
import { type Examples, spread, takeBatch, totalWeight, WEIGHT } from './examples.ts';
import type { EpochReport, StepReport } from './history.ts';
import { type Identity, identityOf } from './identity.ts';
import { type Measures, NOT_MEASURED, NOTHING, over, plus } from './measures.ts';

/** What to train and how. */
export interface TrainOptions {
  /** Parameters before the first step. */
  readonly initial: Tensors;
  /**
   * Loss of each row of a batch, (B), before weights. The batch has the columns of the
   * examples. `step` is the number of the training step, an int64 scalar for `dropout`;
   * it is absent where the loss is only measured.
   */
  readonly loss: (parameters: Values, batch: Values, step?: Value) => Value;
  /** Share of each row that is right where the k likeliest answers count, (B). Without it no accuracy is measured. */
  readonly accuracy?: (parameters: Values, batch: Values, k: number, step?: Value) => Value;
  readonly train: Examples;
  /** Decides when to stop and is never learned from; without examples all epochs run and the last weights stay. */
  readonly validation: Examples;
  /**
   * What validation found in trainings like this one, by epoch: where nothing is held out
   * from this one, it ends with the epoch of the lowest loss among these.
   */
  readonly validated?: readonly Measures[];
  /** Makes the optimiser, given how many steps there will be at most. */
  readonly optimizer: (steps: number) => Optimizer;
  /** Rows of a batch; fewer where there are fewer examples. */
  readonly batchSize: number;
  /** Most passes over the examples. */
  readonly epochs: number;
  /** Most optimiser steps: fewer passes are made where there are many examples, at least one. */
  readonly maxSteps: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Order of the examples. */
  readonly seed: number;
  readonly runtime?: RuntimeOptions;
  readonly onEpoch?: (report: EpochReport) => void;
  readonly onStep?: (report: StepReport) => void;
  readonly checkpoint?: CheckpointOptions;
  /** What the functions above were made from, so that a checkpoint of other settings can be told by name. */
  readonly settings?: Identity;
}

/** What training gave. */
export interface TrainResult {
  /** The parameters of the epoch with the lowest validation loss. */
  readonly parameters: Tensors;
  readonly history: readonly EpochReport[];
  /** Epoch the parameters come from. */
  readonly bestEpoch: number;
}

/**
 * The training loop: seeded shuffling, batches of a fixed shape, early stopping on the
 * validation loss with the best weights kept. The objective is the mean loss over all
 * examples with their repetitions; each batch's gradient estimates it without bias.
 *
 * A training that was killed and goes on from its checkpoint ends with the weights that it
 * would have ended with, to the bit.
 *
 * @throws CaracalError `E_TOO_LITTLE_DATA` without training examples, `E_RUNTIME` where the loss is no longer finite,
 *   `E_CHECKPOINT` for a checkpoint of other data or settings
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { train: examples, validation, validated = [], patience, onEpoch } = options;
  if (examples.count === 0) {
    throw new CaracalError('E_TOO_LITTLE_DATA', 'There are no examples to train on; give more sequences.');
  }
  // The optimiser's schedule, too, is over with the last epoch that there will be.
  const plan = planOf({ ...options, epochs: Math.min(options.epochs, lowestOf(validated)) });
  const { order, epochs } = plan;
  const accuracy = (value: number): number => (options.accuracy ? value : Number.NaN);
  const { measures, step } = buildGraph(options, plan);
  const checkpoints = openCheckpoints(options, plan, step);
  let state = (await checkpoints.read()) ?? beginning(options.initial);
  const trainer = await createTrainer(step, state.carried, options.runtime);
  const evaluator =
    validation.count > 0 ? await createSession(compile({ outputs: measures }).bytes, options.runtime) : null;

  const rng = createRng(options.seed).fork('shuffle');
  for (let epoch = 1; epoch < state.epoch; epoch++) rng.shuffle(order);
  try {
    while (state.epoch <= epochs && state.epoch - state.best.epoch <= patience) {
      const { epoch } = state;
      rng.shuffle(order);
      state = await finishEpoch(state, trainer, plan, checkpoints, options.onStep);
      const started = performance.now();
      const parameters = trainer.parameters();
      const trained = over(state.sums, plan.scale * plan.weight);
      const held = evaluator
        ? await meanOf(evaluator, validation, parameters, plan.batchSize)
        : (validated[epoch - 1] ?? NOT_MEASURED);
      if (!Number.isFinite(trained.loss) || (evaluator && !Number.isFinite(held.loss))) {
        throw new CaracalError(
          'E_RUNTIME',
          `The loss is no longer finite in epoch ${epoch}; lower the learning rate (--lr).`,
          { epoch },
        );
      }
      const report: EpochReport = {
        epoch,
        epochs,
        trainLoss: trained.loss,
        trainTop1: accuracy(trained.top1),
        trainTop5: accuracy(trained.top5),
        validationLoss: held.loss,
        validationTop1: accuracy(held.top1),
        validationTop5: accuracy(held.top5),
        seconds: state.seconds + (performance.now() - started) / 1000,
      };
      const lowest = state.history[state.best.epoch - 1]?.validationLoss ?? Number.POSITIVE_INFINITY;
      const better = !evaluator || report.validationLoss < lowest;
      state = {
        ...beginning(trainer.carried()),
        epoch: epoch + 1,
        best: better ? { epoch, parameters } : state.best,
        history: [...state.history, report],
      };
      onEpoch?.(report);
    }
  } finally {
    await Promise.all([trainer.dispose(), evaluator?.dispose()]);
  }
  return { parameters: state.best.parameters, history: state.history, bestEpoch: state.best.epoch };
}

// --- internal ---

/** The epoch with the lowest loss, from 1; no bound where there are none. */
function lowestOf(measures: readonly Measures[]): number {
  const losses = measures.map(({ loss }) => loss);
  return losses.length === 0 ? Number.POSITIVE_INFINITY : losses.indexOf(Math.min(...losses)) + 1;
}

/** Input of the training step that dropout depends on. */
const STEP = 'step.number';

/** What follows from the options before the first step. */
interface Plan {
  readonly batchSize: number;
  /** Rows of an epoch, to be shuffled. */
  readonly order: Int32Array;
  readonly shares: Examples;
  /** Weight of all rows of `order`. */
  readonly weight: number;
  /** Factor on the weights of a batch. */
  readonly scale: number;
  /** Steps of an epoch. */
  readonly steps: number;
  readonly epochs: number;
}

function planOf(options: TrainOptions): Plan {
  const batchSize = Math.min(options.batchSize, options.train.count);
  const { order, shares } = spread(options.train);
  const steps = Math.ceil(order.length / batchSize);
  const weight = order.reduce((sum, row) => sum + shares.weights[row]!, 0);
  return {
    batchSize,
    order,
    shares,
    weight,
    // Dividing by the mean weight of all batches, not by the batch's own, keeps rare examples as rare as they are.
    scale: order.length / (weight * batchSize),
    steps,
    epochs: Math.max(1, Math.min(options.epochs, Math.floor(options.maxSteps / steps))),
  };
}

/** Weighted sums over a batch, and the step that makes the loss among them small. */
function buildGraph(
  { initial, loss, accuracy, train: examples, optimizer }: TrainOptions,
  { batchSize, epochs, steps }: Plan,
): { measures: Values & { readonly loss: Value }; step: TrainingStep } {
  const parameters = inputsOf(initial, (shape) => shape);
  const batch = inputsOf(examples.columns, ([, ...row]) => [batchSize, ...row]);
  const weight = input(WEIGHT, [batchSize]);
  const summed = (rows: Value): Value => reduceSum(mul(rows, weight));
  const measured = (step?: Value): Values & { readonly loss: Value } => {
    const accuracyAt = (k: number): Value | undefined => accuracy?.(parameters, batch, k, step);
    const [top1, top5] = [accuracyAt(1), accuracyAt(5)];
    return {
      loss: summed(loss(parameters, batch, step)),
      ...(top1 && top5 ? { top1: summed(top1), top5: summed(top5) } : {}),
    };
  };
  const { loss: total, ...accuracies } = measured(input(STEP, [], 'int64'));
  return {
    measures: measured(),
    step: buildTrainingStep({
      loss: total,
      parameters,
      optimizer: optimizer(epochs * steps),
      measures: accuracies,
    }),
  };
}

function inputsOf(tensors: Tensors, shapeOf: (shape: readonly number[]) => readonly number[]): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, input(name, shapeOf(shape), dtype)]),
  );
}

/** The state before the first step of an epoch. */
function beginning(carried: Tensors): TrainingState {
  return {
    epoch: 1,
    step: 0,
    sums: NOTHING,
    seconds: 0,
    carried,
    best: { epoch: 0, parameters: carried },
    history: [],
  };
}

/** Reads a checkpoint where one is to be gone on from, and writes one whenever it is time. */
interface Checkpoints {
  read(): Promise<TrainingState | null>;
  write(state: () => TrainingState): Promise<void>;
}

function openCheckpoints(options: TrainOptions, { steps, epochs }: Plan, step: TrainingStep): Checkpoints {
  const { checkpoint } = options;
  if (!checkpoint) return { read: async () => null, write: async () => {} };
  const { store, every, resume, onResume } = checkpoint;
  if (!Number.isInteger(every) || every < 1) {
    throw new CaracalError('E_USAGE', `Steps between checkpoints must be a whole number of at least 1, not ${every}.`);
  }
  const identity = identityOf(options, step.graph.bytes);
  let made = 0;
  return {
    async read() {
      const bytes = resume ? await store.read() : null;
      if (!bytes) return null;
      const state = decodeCheckpoint(bytes, identity);
      onResume?.({ epoch: state.epoch, epochs, step: state.step, steps });
      return state;
    },
    async write(state) {
      made++;
      if (made % every === 0) await store.write(encodeCheckpoint(identity, state()));
    },
  };
}

/** Makes the steps that are left of the epoch under way. */
async function finishEpoch(
  before: TrainingState,
  trainer: Trainer,
  { shares, order, batchSize, scale, steps, epochs }: Plan,
  { write }: Checkpoints,
  onStep: TrainOptions['onStep'],
): Promise<TrainingState> {
  const { epoch } = before;
  const started = performance.now();
  const counted = trainer.inputs.has(STEP);
  let { step, sums } = before;
  const now = (): TrainingState => ({
    ...before,
    step,
    sums,
    seconds: before.seconds + (performance.now() - started) / 1000,
    carried: trainer.carried(),
  });
  while (step < steps) {
    const batch = takeBatch(shares, order, step * batchSize, batchSize, scale);
    const loss = await trainer.step({ ...batch, ...(counted ? stepNumber((epoch - 1) * steps + step) : {}) });
    sums = plus(sums, { ...NOTHING, ...trainer.measures(), loss });
    step++;
    onStep?.({ epoch, epochs, step, steps });
    await write(now);
  }
  return now();
}

function stepNumber(step: number): Tensors {
  return { [STEP]: tensor('int64', [], BigInt64Array.of(BigInt(step))) };
}

async function meanOf(session: Session, examples: Examples, parameters: Tensors, batchSize: number): Promise<Measures> {
  const order = Int32Array.from({ length: examples.count }, (_, row) => row);
  let sums = NOTHING;
  for (let start = 0; start < examples.count; start += batchSize) {
    const outputs = await session.run({ ...parameters, ...takeBatch(examples, order, start, batchSize, 1) });
    const of = (name: string): number => Number(outputs[name]?.data[0] ?? 0);
    sums = plus(sums, { loss: of('loss'), top1: of('top1'), top5: of('top5') });
  }
  return over(sums, totalWeight(examples));
}
