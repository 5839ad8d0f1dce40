/**
 * A small tensor library that trains on ONNX Runtime. A model is TypeScript that builds
 * a graph of symbolic values; `gradients` extends it; a whole training step, optimiser
 * included, is one ONNX graph; the same builder writes the file that scores.
 *
 * @example A regression: find w and b of y = x w + b
 * ```ts
 * const x = input('x', [4, 1]);
 * const y = input('y', [4, 1]);
 * const parameters = { w: input('w', [1, 1]), b: input('b', [1]) };
 *
 * const predicted = add(matmul(x, parameters.w), parameters.b);
 * const loss = reduceMean(square(sub(predicted, y)));
 * const step = buildTrainingStep({ loss, parameters, optimizer: adam({ lr: 0.1 }) });
 *
 * const trainer = await createTrainer(step, { w: zeros('float32', [1, 1]), b: zeros('float32', [1]) });
 * const batch = { x: float32([4, 1], [0, 1, 2, 3]), y: float32([4, 1], [1, 3, 5, 7]) };
 * for (let i = 0; i < 500; i++) await trainer.step(batch);
 * trainer.parameters(); // w is near 2, b near 1
 * ```
 */
export { averaged } from './averaging.ts';
export { type CompiledGraph, type CompileOptions, compile } from './compile.ts';
export {
  type ArrayTypes,
  type DType,
  float32,
  float32Data,
  type Tensor,
  type Tensors,
  tensor,
  zeros,
} from './dtype.ts';
export type { Emitter, OnnxAttribute, OnnxAttributes, Signature } from './emitter.ts';
export { gradients } from './gradients.ts';
export { glorotUniform, randomNormal, randomUniform } from './initializers.ts';
export { type CausalConvolutionContext, causalConvolution } from './layers/causal-convolution.ts';
export { type Chance, dropout } from './layers/dropout.ts';
export { lstm } from './layers/lstm.ts';
export { layerNorm, rmsNorm } from './layers/normalization.ts';
export { type SelectiveScanInputs, selectiveScan } from './layers/selective-scan.ts';
export { type StateSpaceInputs, stateSpace } from './layers/state-space.ts';
export { defineOp, defineSingle, type Op, type OpCall, type OpDefinition, registeredOps } from './op.ts';
export { add, div, mul, neg, square, sub } from './ops/arithmetic.ts';
export { broadcastTo, type Reduction, reduceSum } from './ops/broadcast.ts';
export { cast } from './ops/cast.ts';
export { and, equal, greater, greaterOrEqual, less, lessOrEqual, not, or, where } from './ops/compare.ts';
export { type Cumulative, cumsum } from './ops/cumulative.ts';
export {
  abs,
  exp,
  log,
  maximum,
  minimum,
  pow,
  relu,
  sigmoid,
  silu,
  softplus,
  sqrt,
  tanh,
} from './ops/elementwise.ts';
export { gather, oneHot, scatterAdd } from './ops/lookup.ts';
export { matmul, type Transposed } from './ops/matmul.ts';
export { type Neighbours, neighbourSum } from './ops/neighbours.ts';
export { noise } from './ops/noise.ts';
export { reduceMax, reduceMean } from './ops/reduce.ts';
export { expandDims, reshape, squeeze, swapLast, transpose } from './ops/reshape.ts';
export { concat, pad, slice, split, stack } from './ops/slicing.ts';
export { logSoftmax, softmax } from './ops/softmax.ts';
export {
  type AdamOptions,
  type AdamWOptions,
  adam,
  adamW,
  clipByNorm,
  type LearningRate,
  type Optimizer,
  type OptimizerUpdate,
  type SgdOptions,
  sgd,
  type Values,
} from './optimizer.ts';
export { createSession, type Device, defaultThreads, type RuntimeOptions, type Session } from './runtime.ts';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.ts';
export { linearDecay, warmup } from './schedule.ts';
export type { Dim, Shape } from './shape.ts';
export {
  buildTrainingStep,
  createTrainer,
  type Trainer,
  type TrainingStep,
  type TrainingStepOptions,
} from './training-step.ts';
export { constant, input, type Node, type Operand, scalar, type Value } from './value.ts';
