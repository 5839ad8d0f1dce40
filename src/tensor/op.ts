import { CaracalError } from '../errors.ts';
import type { DType } from './dtype.ts';
import type { Emitter, Signature } from './emitter.ts';
import { createNode, type Value } from './value.ts';

/** What an emission or gradient rule may look at. */
export interface OpCall<I extends readonly Value[], A> {
  readonly inputs: I;
  readonly attributes: A;
  readonly output: Value;
  readonly outputs: readonly Value[];
}

/**
 * An op is a shape rule, an ONNX emission and a gradient rule, in one place. `I` are
 * its inputs, `A` what else parametrises it.
 */
export interface OpDefinition<I extends readonly Value[], A> {
  readonly name: string;
  /**
   * Data type and shape of the outputs.
   *
   * @throws CaracalError `E_SHAPE` naming op and shapes where the inputs do not fit
   */
  infer(inputs: I, attributes: A): Signature | readonly Signature[];
  /** Writes ONNX nodes and returns the name of the output, or the names of all. */
  emit(emitter: Emitter, names: { readonly [K in keyof I]: string }, call: OpCall<I, A>): string | readonly string[];
  /**
   * Gradients of the inputs from the gradients of the outputs (`null` where an output
   * is not used), as new values; `null` where no gradient flows. `false` for ops
   * without a derivative, such as comparisons.
   */
  readonly gradient:
    | false
    | ((gradient: Value, call: OpCall<I, A>, all: readonly (Value | null)[]) => readonly (Value | null)[]);
}

/** An op that can be applied. */
export type Op<I extends readonly Value[], A> = (inputs: I, attributes: A) => readonly Value[];

/**
 * Registers an op and returns the function that applies it. The gradient test runs
 * over every registered op, so one without a case fails it.
 *
 * @throws CaracalError `E_GRAPH` where the name is taken
 */
export function defineOp<I extends readonly Value[], A>(definition: OpDefinition<I, A>): Op<I, A> {
  const { name } = definition;
  if (registry.has(name)) {
    throw new CaracalError('E_GRAPH', `The op ${name} is defined twice; give one of them another name.`, { name });
  }
  registry.set(name, definition.gradient !== false);
  return (inputs, attributes) => {
    const inferred = definition.infer(inputs, attributes);
    const signatures = 'dtype' in inferred ? [inferred] : inferred;
    const output = createNode(
      name,
      inputs,
      signatures,
      (emitter, names) => {
        const emitted = definition.emit(emitter, names as { readonly [K in keyof I]: string }, call);
        return typeof emitted === 'string' ? [emitted] : emitted;
      },
      (gradients) => {
        const first = gradients.find((gradient) => gradient !== null);
        if (definition.gradient === false || !first) return inputs.map(() => null);
        return definition.gradient(first, call, gradients);
      },
    );
    const call: OpCall<I, A> = { inputs, attributes, output, outputs: output.node.outputs };
    return output.node.outputs;
  };
}

/** As `defineOp`, for ops with one output. */
export function defineSingle<I extends readonly Value[], A>(
  definition: OpDefinition<I, A>,
): (inputs: I, attributes: A) => Value {
  const apply = defineOp(definition);
  return (inputs, attributes) => {
    const [output] = apply(inputs, attributes);
    if (output === undefined)
      throw new CaracalError('E_INTERNAL', `${definition.name} has no output; infer() must give one.`);
    return output;
  };
}

/** Every registered op and whether it has a gradient. */
export function registeredOps(): ReadonlyMap<string, boolean> {
  return registry;
}

/** Demands a data type. */
export function expectType(op: string, value: Value, allowed: readonly DType[]): void {
  if (allowed.includes(value.dtype)) return;
  throw new CaracalError('E_GRAPH', `${op} takes ${allowed.join(' or ')}, not ${value.dtype}; cast the value first.`, {
    op,
  });
}

/** Demands that two values have one data type, which it returns. */
export function commonType(op: string, a: Value, b: Value): DType {
  if (a.dtype === b.dtype) return a.dtype;
  throw new CaracalError('E_GRAPH', `${op} cannot mix ${a.dtype} and ${b.dtype}; cast one of them.`, { op });
}

/** The data types that have gradients. */
export const FLOATS: readonly DType[] = ['float32', 'float64'];

// --- internal ---

const registry = new Map<string, boolean>();
