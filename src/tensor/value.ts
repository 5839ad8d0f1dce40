import { CaracalError } from '../errors.ts';
import type { DType, Tensor } from './dtype.ts';
import type { Emitter, Signature } from './emitter.ts';
import type { Shape } from './shape.ts';

/** A symbolic tensor: what an op will compute when the graph runs. Immutable. */
export interface Value extends Signature {
  readonly node: Node;
  /** Which of the node's outputs this is. */
  readonly index: number;
}

/** One use of an op. Graphs are made of nodes that point at the values they read. */
export interface Node {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Writes the node as ONNX and returns the names of its outputs. */
  emit(emitter: Emitter, inputs: readonly string[]): readonly string[];
  /** From the gradients of the outputs to those of the inputs; `null` where no gradient flows. */
  gradient(outputGradients: readonly (Value | null)[]): readonly (Value | null)[];
}

/** An op's argument: a value, or a number that becomes a scalar of the other argument's type. */
export type Operand = Value | number;

/**
 * A named input of the graph. Dimensions may be names, such as `B`, for graphs that
 * are not differentiated.
 *
 * @example
 * const x = input('x', [32, 4]); // float32
 * const keys = input('keys', ['B', 10], 'int64');
 */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return createNode('input', [], [{ dtype, shape }], (emitter) => [emitter.input(name, { dtype, shape })]);
}

/** A tensor that is part of the graph. */
export function constant(value: Tensor): Value {
  return createNode('constant', [], [value], (emitter) => [emitter.constant(value)]);
}

/** A constant of one element. */
export function scalar(value: number, dtype: DType = 'float32'): Value {
  return constant(scalarTensor(value, dtype));
}

/** Makes a node and returns its first output. Ops are defined with `defineOp`, not with this. */
export function createNode(
  op: string,
  inputs: readonly Value[],
  signatures: readonly Signature[],
  emit: Node['emit'],
  gradient: Node['gradient'] = () => inputs.map(() => null),
): Value {
  const outputs: Value[] = [];
  const node: Node = { op, inputs, outputs, emit, gradient };
  signatures.forEach(({ dtype, shape }, index) => {
    outputs.push({ node, index, dtype, shape });
  });
  return outputOf(node, 0);
}

/** An output of a node that exists. */
export function outputOf(node: Node, index: number): Value {
  const value = node.outputs[index];
  if (value === undefined) {
    throw new CaracalError('E_INTERNAL', `${node.op} has no output ${index}; please report this with the graph.`);
  }
  return value;
}

/** Two operands as values of one data type. */
export function liftPair(op: string, a: Operand, b: Operand): [Value, Value] {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new CaracalError('E_GRAPH', `${op} of two numbers needs no graph; compute it in TypeScript.`, { op });
  }
  const dtype = typeof a === 'number' ? (b as Value).dtype : a.dtype;
  return [lift(a, dtype), lift(b, dtype)];
}

/**
 * The nodes that the values need, each after the nodes it reads. Anything else that
 * was built is dead and does not appear.
 */
export function topologicalOrder(values: readonly Value[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  // An explicit stack: an unrolled model is deeper than the call stack may be.
  const stack: { node: Node; next: number }[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const value of values) {
    visit(value.node);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const read = top.node.inputs[top.next++];
      if (read !== undefined) {
        visit(read.node);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

// --- internal ---

function lift(operand: Operand, dtype: DType): Value {
  return typeof operand === 'number' ? scalar(operand, dtype) : operand;
}

function scalarTensor(value: number, dtype: DType): Tensor {
  switch (dtype) {
    case 'float32':
      return { dtype, shape: [], data: Float32Array.of(value) };
    case 'float64':
      return { dtype, shape: [], data: Float64Array.of(value) };
    case 'int32':
      return { dtype, shape: [], data: Int32Array.of(value) };
    case 'int64':
      return { dtype, shape: [], data: BigInt64Array.of(BigInt(value)) };
    case 'bool':
      return { dtype, shape: [], data: Uint8Array.of(value === 0 ? 0 : 1) };
  }
}
