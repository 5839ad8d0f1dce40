import { bytesOf, type Tensor } from './dtype.ts';
import type { OnnxAttribute, OnnxAttributes, Signature } from './emitter.ts';
import { onnxType } from './onnx-types.ts';
import { createMessage, type MessageWriter } from './protobuf.ts';

/** One node of an ONNX graph. */
export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}

/** What a file in ONNX's format holds. */
export interface OnnxModel {
  readonly name: string;
  readonly documentation: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  readonly inputs: ReadonlyMap<string, Signature>;
  readonly outputs: ReadonlyMap<string, Signature>;
}

/** Version of the operator set that ops are written in. */
export const OPSET = 18;

/**
 * A model as the bytes of an `.onnx` file (`ModelProto`). The same model gives the same bytes.
 *
 * Source: onnx.proto3 of ONNX, IR version 8, operator set 18.
 */
export function writeOnnx(model: OnnxModel): Uint8Array {
  const graph = createMessage();
  for (const node of model.nodes) graph.message(1, nodeMessage(node));
  graph.text(2, model.name);
  for (const [name, value] of model.initializers) graph.message(5, tensorMessage(name, value));
  for (const [name, signature] of model.inputs) graph.message(11, valueMessage(name, signature));
  for (const [name, signature] of model.outputs) graph.message(12, valueMessage(name, signature));
  return createMessage()
    .integer(1, IR_VERSION)
    .text(2, 'caracal')
    .text(6, model.documentation)
    .message(7, graph)
    .message(8, createMessage().text(1, '').integer(2, OPSET))
    .finish();
}

// --- internal ---

const IR_VERSION = 8;

/** `AttributeProto.AttributeType` */
const ATTRIBUTE = { float: 1, integer: 2, text: 3, integers: 7 };

function nodeMessage({ opType, inputs, outputs, attributes }: OnnxNode): MessageWriter {
  const message = createMessage();
  for (const name of inputs) message.text(1, name);
  for (const name of outputs) message.text(2, name);
  message.text(3, outputs[0] ?? opType).text(4, opType);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attributeMessage(name, value));
  return message;
}

function attributeMessage(name: string, value: OnnxAttribute): MessageWriter {
  const message = createMessage().text(1, name);
  if (typeof value === 'number') return message.integer(3, value).integer(20, ATTRIBUTE.integer);
  if (typeof value === 'string') return message.text(4, value).integer(20, ATTRIBUTE.text);
  if ('float' in value) return message.float(2, value.float).integer(20, ATTRIBUTE.float);
  return message.packed(8, value).integer(20, ATTRIBUTE.integers);
}

function tensorMessage(name: string, value: Tensor): MessageWriter {
  return createMessage()
    .packed(1, value.shape)
    .integer(2, onnxType(value.dtype))
    .text(8, name)
    .bytes(9, bytesOf(value));
}

function valueMessage(name: string, { dtype, shape }: Signature): MessageWriter {
  const dims = createMessage();
  for (const dim of shape) {
    dims.message(1, typeof dim === 'number' ? createMessage().integer(1, dim) : createMessage().text(2, dim));
  }
  const type = createMessage().message(1, createMessage().integer(1, onnxType(dtype)).message(2, dims));
  return createMessage().text(1, name).message(2, type);
}
