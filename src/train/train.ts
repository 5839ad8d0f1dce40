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
  type Value,
  type Values,
} from '../tensor/index.ts';
import { createRng } from '../util/rng.ts';
import { type Examples, spread, takeBatch, totalWeight, WEIGHT } from './examples.ts';
import type { EpochReport } from './history.ts';

/** What to train and how. */
export interface TrainOptions {
  /** Parameters before the first step. */
  readonly initial: Tensors;
  /** Loss of each row of a batch, (B), before weights. The batch has the columns of the examples. */
  readonly loss: (parameters: Values, batch: Values) => Value;
  readonly train: Examples;
  /** Decides when to stop and is never learned from; without examples all epochs run and the last weights stay. */
  readonly validation: Examples;
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
 * @throws CaracalError `E_TOO_LITTLE_DATA` without training examples, `E_RUNTIME` where the loss is no longer finite
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { initial, train: examples, validation, patience, seed, onEpoch } = options;
  if (examples.count === 0) {
    throw new CaracalError('E_TOO_LITTLE_DATA', 'There are no examples to train on; give more sequences.');
  }
  const batchSize = Math.min(options.batchSize, examples.count);
  const { order, shares } = spread(examples);
  const graph = buildGraph(options, batchSize);
  const steps = Math.ceil(order.length / batchSize);
  const epochs = Math.max(1, Math.min(options.epochs, Math.floor(options.maxSteps / steps)));
  const optimizer = options.optimizer(epochs * steps);
  const trainer = await createTrainer(buildTrainingStep({ ...graph, optimizer }), initial, options.runtime);
  const evaluator =
    validation.count > 0
      ? await createSession(compile({ outputs: { loss: graph.loss } }).bytes, options.runtime)
      : null;

  const rng = createRng(seed).fork('shuffle');
  const history: EpochReport[] = [];
  let best = { parameters: initial, loss: Number.POSITIVE_INFINITY, epoch: 0 };
  try {
    for (let epoch = 1; epoch <= epochs && epoch - best.epoch <= patience; epoch++) {
      const started = performance.now();
      const trainLoss = await runEpoch(trainer, shares, rng.shuffle(order), batchSize);
      const parameters = trainer.parameters();
      const validationLoss = evaluator ? await meanLoss(evaluator, validation, parameters, batchSize) : Number.NaN;
      if (!Number.isFinite(trainLoss) || (evaluator && !Number.isFinite(validationLoss))) {
        throw new CaracalError(
          'E_RUNTIME',
          `The loss is no longer finite in epoch ${epoch}; lower the learning rate (--lr).`,
          { epoch },
        );
      }
      if (!evaluator || validationLoss < best.loss) best = { parameters, loss: validationLoss, epoch };
      const report = { epoch, epochs, trainLoss, validationLoss, seconds: (performance.now() - started) / 1000 };
      history.push(report);
      onEpoch?.(report);
    }
  } finally {
    await Promise.all([trainer.dispose(), evaluator?.dispose()]);
  }
  return { parameters: best.parameters, history, bestEpoch: best.epoch };
}

// --- internal ---

/** Weighted sum of the losses of a batch of `size` rows. */
function buildGraph(
  { initial, loss, train: examples }: TrainOptions,
  size: number,
): { parameters: Values; loss: Value } {
  const parameters = inputsOf(initial, (shape) => shape);
  const batch = inputsOf(examples.columns, ([, ...row]) => [size, ...row]);
  return { parameters, loss: reduceSum(mul(loss(parameters, batch), input(WEIGHT, [size]))) };
}

function inputsOf(tensors: Tensors, shapeOf: (shape: readonly number[]) => readonly number[]): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, input(name, shapeOf(shape), dtype)]),
  );
}

/** One pass over the examples. Returns their mean loss. */
async function runEpoch(trainer: Trainer, examples: Examples, order: Int32Array, batchSize: number): Promise<number> {
  const total = order.reduce((sum, row) => sum + examples.weights[row]!, 0);
  // Dividing by the mean weight of all batches, not by the batch's own, keeps rare examples as rare as they are.
  const scale = order.length / (total * batchSize);
  let sum = 0;
  for (let start = 0; start < order.length; start += batchSize) {
    sum += await trainer.step(takeBatch(examples, order, start, batchSize, scale));
  }
  return sum / (scale * total);
}

async function meanLoss(session: Session, examples: Examples, parameters: Tensors, batchSize: number): Promise<number> {
  const order = Int32Array.from({ length: examples.count }, (_, row) => row);
  let sum = 0;
  for (let start = 0; start < examples.count; start += batchSize) {
    const { loss } = await session.run({ ...parameters, ...takeBatch(examples, order, start, batchSize, 1) });
    sum += Number(loss?.data[0]);
  }
  return sum / totalWeight(examples);
}
