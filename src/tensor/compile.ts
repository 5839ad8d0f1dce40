import { CaracalError } from '../errors.ts';
import { sha256Hex } from '../util/hash.ts';
import { bytesOf, type Tensor, type Tensors } from './dtype.ts';
import type { Emitter, OnnxAttributes, Signature } from './emitter.ts';
import { type OnnxNode, writeOnnx } from './onnx-model.ts';
import { formatShape, sameShape } from './shape.ts';
import { topologicalOrder, type Value } from './value.ts';

/** What to compile. */
export interface CompileOptions {
  /** Outputs by name. What they do not need is not written. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Inputs to declare even if no output reads them, in this order, before the others. */
  readonly inputs?: readonly Value[];
  /** Inputs that become part of the file, such as trained weights. */
  readonly initializers?: Tensors;
  readonly name?: string;
  readonly documentation?: string;
}

/** A graph as the bytes of an `.onnx` file, with what it takes and gives. */
export interface CompiledGraph {
  readonly bytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Signature>;
  readonly outputs: ReadonlyMap<string, Signature>;
  /** Number of ONNX nodes. */
  readonly nodes: number;
}

/**
 * Writes the graph behind the outputs as ONNX. Common subexpressions and equal
 * constants are written once.
 *
 * @throws CaracalError `E_GRAPH` where two inputs share a name or an initialiser does not fit its input
 *
 * @example
 * const { bytes } = compile({ outputs: { y: sigmoid(input('x', ['B', 4])) } });
 */
export function compile(options: CompileOptions): CompiledGraph {
  const { outputs, inputs: declared = [], initializers: bound = {}, name = 'graph', documentation = '' } = options;
  const writer = createGraphWriter(bound);
  const names = new Map<Value, string>();
  for (const node of topologicalOrder([...declared, ...Object.values(outputs)])) {
    const emitted = node.emit(
      writer.emitter,
      node.inputs.map((value) => nameOf(names, value)),
    );
    node.outputs.forEach((value, index) => {
      names.set(value, emitted[index] ?? '');
    });
  }
  for (const [output, value] of Object.entries(outputs)) {
    // An output needs a name of its own, whatever else reads the same value.
    writer.nodes.push({ opType: 'Identity', inputs: [nameOf(names, value)], outputs: [output], attributes: {} });
  }
  const model = {
    name,
    documentation,
    nodes: writer.nodes,
    initializers: writer.initializers,
    inputs: writer.inputs,
    outputs: new Map<string, Signature>(Object.entries(outputs)),
  };
  return { bytes: writeOnnx(model), inputs: model.inputs, outputs: model.outputs, nodes: model.nodes.length };
}

// --- internal ---

interface GraphWriter {
  readonly emitter: Emitter;
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, Tensor>;
  readonly inputs: Map<string, Signature>;
}

function createGraphWriter(bound: Tensors): GraphWriter {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, Tensor>();
  const inputs = new Map<string, Signature>();
  const emitted = new Map<string, readonly string[]>();
  const constants = new Map<string, string>();

  const emitNodes = (
    opType: string,
    reads: readonly string[],
    count: number,
    attributes: OnnxAttributes = {},
  ): readonly string[] => {
    const key = JSON.stringify([opType, reads, count, attributes]);
    const known = emitted.get(key);
    if (known) return known;
    const id = `%${nodes.length}`;
    const outputs = count === 1 ? [id] : Array.from({ length: count }, (_, index) => `${id}.${index}`);
    nodes.push({ opType, inputs: reads, outputs, attributes });
    emitted.set(key, outputs);
    return outputs;
  };

  const constant = (value: Tensor): string => {
    const key = `${value.dtype}[${value.shape.join()}]${sha256Hex(bytesOf(value))}`;
    const known = constants.get(key);
    if (known !== undefined) return known;
    const name = `#${constants.size}`;
    constants.set(key, name);
    initializers.set(name, value);
    return name;
  };

  const declare = (name: string, { dtype, shape }: Signature): string => {
    const value = bound[name];
    const known = inputs.get(name);
    if (value && (value.dtype !== dtype || !sameShape(value.shape, shape))) {
      throw new CaracalError(
        'E_GRAPH',
        `The initialiser "${name}" is ${value.dtype} ${formatShape(value.shape)}, its input ${dtype} ${formatShape(shape)}; pass one that fits.`,
        { name },
      );
    }
    if (known || initializers.has(name)) {
      throw new CaracalError('E_GRAPH', `Two inputs are called "${name}"; create an input once and use it again.`, {
        name,
      });
    }
    if (value) initializers.set(name, value);
    else inputs.set(name, { dtype, shape });
    return name;
  };

  return {
    nodes,
    initializers,
    inputs,
    emitter: {
      node: (opType, reads, attributes) => emitNodes(opType, reads, 1, attributes)[0] ?? '',
      nodes: emitNodes,
      constant,
      ints: (values) => constant({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }),
      input: declare,
    },
  };
}

function nameOf(names: ReadonlyMap<Value, string>, value: Value): string {
  const name = names.get(value);
  if (name === undefined)
    throw new CaracalError('E_INTERNAL', `${value.node.op} was read before it was written; please report this.`);
  return name;
}
