import type { DType, Tensor } from './dtype.ts';
import type { Shape } from './shape.ts';

/** Data type and shape of a value. */
export interface Signature {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Attribute of an ONNX node. Whole numbers are written as INT; wrap a float as `{ float }`. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** Attributes of an ONNX node by name. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/**
 * Where ops write themselves as ONNX. The same op type with the same inputs and
 * attributes is written once (common subexpressions), as are equal constants.
 */
export interface Emitter {
  /** Adds a node with one output and returns its name. */
  node(opType: string, inputs: readonly string[], attributes?: OnnxAttributes): string;
  /** Adds a node with several outputs. */
  nodes(opType: string, inputs: readonly string[], outputs: number, attributes?: OnnxAttributes): readonly string[];
  /** Adds an initialiser. */
  constant(value: Tensor): string;
  /** Adds a one-dimensional int64 initialiser: axes, sizes, shapes. */
  ints(values: readonly number[]): string;
  /** Declares an input of the graph. */
  input(name: string, signature: Signature): string;
}
