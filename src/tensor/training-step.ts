import { CaracalError } from '../errors.ts';
import { averageName } from './averaging.ts';
import { type CompiledGraph, compile } from './compile.ts';
import type { Tensor, Tensors } from './dtype.ts';
import { gradients } from './gradients.ts';
import { type JoinedParameters, joinedParameters } from './joined-parameters.ts';
import { inputsLike, type Optimizer, type Values } from './optimizer.ts';
import { createSession, type RuntimeOptions } from './runtime.ts';
import type { Value } from './value.ts';

/** What a training step is made of. */
export interface TrainingStepOptions {
  /** What to make small: one number, reduced over the batch. */
  readonly loss: Value;
  /** The inputs to learn, by their names. */
  readonly parameters: Values;
  readonly optimizer: Optimizer;
  /** What else to know of a batch, one number each. It shares the loss's computation and learns nothing. */
  readonly measures?: Values;
}

/**
 * A whole training step as ONE ONNX graph. Inputs: parameters, optimiser state, batch.
 * Outputs: `loss`, under `measure.NAME` every measure, and under `new.NAME` every
 * parameter and state.
 */
export interface TrainingStep {
  readonly graph: CompiledGraph;
  /** Optimiser state before the first step. */
  readonly initialState: Tensors;
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  /** How the parameters join into those that the optimiser sees. */
  readonly joined: JoinedParameters;
  /** Names of the parameters and of the state. */
  readonly carried: readonly string[];
  /** Names of the measures. */
  readonly measures: readonly string[];
}

/** Extends the graph of a loss with its gradients and the optimiser's update, which works on the parameters joined. */
export function buildTrainingStep({ loss, parameters, optimizer, measures = {} }: TrainingStepOptions): TrainingStep {
  const names = Object.keys(parameters);
  const slopes = gradients(loss, Object.values(parameters));
  const joined = joinedParameters(parameters);
  const own = joined.join(parameters);
  const initialState = optimizer.init(own);
  const byName = Object.fromEntries(names.flatMap((name, index) => (slopes[index] ? [[name, slopes[index]]] : [])));
  const updated = optimizer.update(own, joined.join(byName), inputsLike(initialState));
  const carried = Object.entries({ ...joined.part(updated.parameters), ...updated.state });
  const prefixed = (prefix: string, values: [string, Value][]): Values =>
    Object.fromEntries(values.map(([name, value]) => [`${prefix}.${name}`, value]));
  const graph = compile({
    name: 'training-step',
    outputs: { loss, ...prefixed('measure', Object.entries(measures)), ...prefixed('new', carried) },
  });
  return {
    graph,
    initialState,
    parameters: names,
    joined,
    carried: carried.map(([name]) => name),
    measures: Object.keys(measures),
  };
}

/** A training step with the weights it works on. */
export interface Trainer {
  /** Inputs of the graph by name, the weights' and the state's among them. */
  readonly inputs: TrainingStep['graph']['inputs'];
  /** One step on one batch; returns the loss before the step. */
  step(batch: Tensors): Promise<number>;
  /** The measures of the last step's batch, before the step. */
  measures(): Readonly<Record<string, number>>;
  /** The weights as they are now; their averages with an optimiser that is `averaged`. */
  parameters(): Tensors;
  /** The weights and the optimiser's state as they are now: a trainer opened with them goes on from here. */
  carried(): Tensors;
  dispose(): Promise<void>;
}

/**
 * Opens a training step and carries weights and state from step to step.
 *
 * @param initial values of the parameters before the first step; with those of the state, which begins anew unless given
 */
export async function createTrainer(
  step: TrainingStep,
  initial: Tensors,
  runtime: RuntimeOptions = {},
): Promise<Trainer> {
  const session = await createSession(step.graph.bytes, runtime);
  // An average begins where the weights do.
  const start = step.joined.joinTensors(initial);
  const averages = Object.fromEntries(
    Object.entries(start).flatMap(([name, value]) => {
      const average = averageName(name);
      return average in step.initialState ? [[average, value]] : [];
    }),
  );
  let carried: Tensors = { ...step.initialState, ...averages, ...initial };
  let measures: Readonly<Record<string, number>> = {};
  const picked = (names: readonly string[], as: (name: string) => string): Tensors =>
    Object.fromEntries(names.map((name) => [name, pick(carried, as(name))]));
  return {
    inputs: step.graph.inputs,
    step: async (batch) => {
      const outputs = await session.run({ ...batch, ...carried });
      carried = Object.fromEntries(step.carried.map((name) => [name, pick(outputs, `new.${name}`)]));
      measures = Object.fromEntries(
        step.measures.map((name) => [name, Number(pick(outputs, `measure.${name}`).data[0])]),
      );
      return Number(pick(outputs, 'loss').data[0]);
    },
    measures: () => measures,
    parameters: () => {
      if (Object.keys(averages).length === 0) return picked(step.parameters, (name) => name);
      return step.joined.partTensors(picked(Object.keys(start), averageName));
    },
    carried: () => carried,
    dispose: () => session.dispose(),
  };
}

// --- internal ---

function pick(tensors: Tensors, name: string): Tensor {
  const value = tensors[name];
  if (value === undefined)
    throw new CaracalError('E_INTERNAL', `The training step gave no "${name}"; please report this.`, { name });
  return value;
}
