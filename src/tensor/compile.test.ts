import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import {
  add,
  compile,
  constant,
  createSession,
  exp,
  float32,
  gather,
  gradients,
  input,
  matmul,
  mul,
  reduceSum,
  sigmoid,
  slice,
  split,
  tanh,
  tensor,
} from './index.ts';

/** The messages of onnx.proto3 that a graph uses, written from its documentation. */
const SCHEMA = protobuf
  .parse(
    `
  syntax = "proto3";
  message ModelProto { int64 ir_version = 1; string producer_name = 2; string doc_string = 6; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message GraphProto { repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; }
  message NodeProto { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; }
  message AttributeProto { string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated int64 ints = 8; int32 type = 20; }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message TypeProto { TensorType tensor_type = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
`,
    { keepCase: true },
  )
  .root.lookupType('ModelProto');

interface ReadModel {
  ir_version: number;
  doc_string: string;
  opset_import: { version: number }[];
  graph: {
    name: string;
    node: {
      op_type: string;
      input: string[];
      output: string[];
      attribute: { name: string; i: number; ints: number[]; type: number }[];
    }[];
    initializer: { name: string; dims: number[]; data_type: number; raw_data: Uint8Array }[];
    input: ReadValue[];
    output: ReadValue[];
  };
}

interface ReadValue {
  name: string;
  type: { tensor_type: { elem_type: number; shape: { dim: { dim_value?: number; dim_param?: string }[] } } };
}

function read(bytes: Uint8Array): ReadModel {
  const options = { longs: Number, arrays: true, defaults: false } as const;
  return SCHEMA.toObject(SCHEMA.decode(bytes), options) as ReadModel;
}

const x = input('x', ['B', 3]);
const w = input('w', [3, 2]);

describe('compile', () => {
  test('writes a file that a Protocol Buffers reader understands', () => {
    const table = constant(float32([2, 2], [1, 2, 3, 4]));
    const { bytes } = compile({
      name: 'example',
      documentation: 'what it does',
      outputs: { y: matmul(matmul(x, w), table), cut: slice(x, 1, 1) },
      initializers: { w: float32([3, 2], [1, 2, 3, 4, 5, 6]) },
    });
    const { graph, ...model } = read(bytes);
    expect(model).toMatchObject({ ir_version: 8, doc_string: 'what it does', opset_import: [{ version: 18 }] });
    expect(graph.name).toBe('example');
    expect(graph.input.map(({ name, type }) => [name, type.tensor_type.elem_type])).toEqual([['x', 1]]);
    expect(graph.input[0]?.type.tensor_type.shape.dim).toEqual([{ dim_param: 'B' }, { dim_value: 3 }]);
    expect(graph.output.map(({ name }) => name)).toEqual(['y', 'cut']);
    expect(graph.node.map((node) => node.op_type).sort()).toEqual([
      'Identity',
      'Identity',
      'MatMul',
      'MatMul',
      'Slice',
    ]);
    const weights = graph.initializer.find(({ name }) => name === 'w');
    expect(weights).toMatchObject({ dims: [3, 2], data_type: 1 });
    expect([...new Float32Array(weights?.raw_data.slice().buffer ?? new ArrayBuffer(0))]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('writes each subexpression and constant once, and nothing that no output needs', () => {
    const unused = exp(matmul(x, w));
    const twice = add(mul(sigmoid(x), 2), mul(sigmoid(x), 2));
    const types = read(compile({ outputs: { twice } }).bytes).graph;
    expect(unused.shape).toEqual(['B', 2]);
    expect(types.node.map((node) => node.op_type)).toEqual(['Sigmoid', 'Mul', 'Add', 'Identity']);
    expect(types.initializer).toHaveLength(1);
  });

  test('the parts of one split are one node', () => {
    const [a = x, b = x] = split(x, 1, [1, 2]);
    const { graph } = read(compile({ outputs: { a, b } }).bytes);
    expect(graph.node.filter((node) => node.op_type === 'Split')).toHaveLength(1);
  });

  test('the same graph gives the same bytes', () => {
    const build = () => {
      const v = input('v', [4]);
      return compile({ outputs: { slope: gradients(reduceSum(tanh(v)), [v])[0] ?? v } }).bytes;
    };
    expect(build()).toEqual(build());
  });

  test('declares inputs in the order asked for, even those that nothing reads', () => {
    const mask = input('mask', ['B'], 'bool');
    const compiled = compile({ outputs: { y: exp(x) }, inputs: [mask, x] });
    expect([...compiled.inputs.keys()]).toEqual(['mask', 'x']);
  });

  test('an output may be an input, and one value may have two names', async () => {
    const v = input('v', [2]);
    const y = exp(v);
    const session = await createSession(compile({ outputs: { same: v, a: y, b: y } }).bytes, { threads: 1 });
    const outputs = await session.run({ v: float32([2], [0, 1]) });
    expect(outputs.same?.data).toEqual(Float32Array.of(0, 1));
    expect(outputs.a?.data).toEqual(outputs.b?.data);
    await session.dispose();
  });

  test('refuses two inputs of one name and initialisers that do not fit', () => {
    const clash = () => compile({ outputs: { y: add(input('x', [1]), input('x', [1])) } });
    const wrong = () => compile({ outputs: { y: matmul(x, w) }, initializers: { w: float32([1], [1]) } });
    expect(clash).toThrow(expect.objectContaining({ code: 'E_GRAPH' }));
    expect(wrong).toThrow(expect.objectContaining({ code: 'E_GRAPH' }));
  });
});

describe('runtime', () => {
  test('computes with named dimensions of any size', async () => {
    const compiled = compile({
      outputs: { y: matmul(x, w) },
      initializers: { w: float32([3, 2], [1, 0, 0, 1, 1, 1]) },
    });
    const session = await createSession(compiled.bytes, { threads: 1 });
    expect((await session.run({ x: float32([1, 3], [1, 2, 3]) })).y?.data).toEqual(Float32Array.of(4, 5));
    const two = await session.run({ x: float32([2, 3], [1, 2, 3, 4, 5, 6]) });
    expect(two.y).toMatchObject({ dtype: 'float32', shape: [2, 2] });
    await session.dispose();
  });

  test('says which input is missing or does not fit, and what went wrong inside', async () => {
    const table = input('table', [2, 1]);
    const index = input('index', [1], 'int32');
    const session = await createSession(compile({ outputs: { row: gather(table, index) } }).bytes, { threads: 1 });
    const rows = float32([2, 1], [1, 2]);
    const at = (place: number) => tensor('int32', [1], Int32Array.of(place));
    await expect(session.run({ table: rows })).rejects.toMatchObject({ code: 'E_SHAPE', data: { name: 'index' } });
    await expect(session.run({ table: float32([1, 1], [1]), index: at(0) })).rejects.toMatchObject({ code: 'E_SHAPE' });
    await expect(session.run({ table: rows, index: at(7) })).rejects.toMatchObject({ code: 'E_RUNTIME' });
    expect((await session.run({ table: rows, index: at(1) })).row?.data).toEqual(Float32Array.of(2));
    await session.dispose();
  });

  test('refuses bytes that are no model and thread counts that are no number of threads', async () => {
    await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'E_RUNTIME' });
    await expect(createSession(compile({ outputs: { y: exp(x) } }).bytes, { threads: 0 })).rejects.toMatchObject({
      code: 'E_USAGE',
    });
  });

  test('refuses data that does not fill its shape', () => {
    expect(() => float32([2, 2], [1, 2, 3])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  });
});
