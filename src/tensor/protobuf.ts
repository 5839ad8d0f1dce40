/**
 * Writer of the Protocol Buffers wire format, as much of it as ONNX and TensorBoard need.
 * Source: protobuf.dev, "Encoding".
 */
export interface MessageWriter {
  /** An integer field (int32, int64, enum). Whole numbers up to 2^53. */
  integer(field: number, value: number): MessageWriter;
  /** A 32-bit floating-point field. */
  float(field: number, value: number): MessageWriter;
  /** A 64-bit floating-point field. */
  double(field: number, value: number): MessageWriter;
  text(field: number, value: string): MessageWriter;
  bytes(field: number, value: Uint8Array): MessageWriter;
  /** Integers in one packed field. */
  packed(field: number, values: readonly number[]): MessageWriter;
  message(field: number, value: MessageWriter): MessageWriter;
  /** The message so far. */
  finish(): Uint8Array;
}

/** An empty message. */
export function createMessage(): MessageWriter {
  const chunks: Uint8Array[] = [];
  const tag = (field: number, wire: number): void => {
    chunks.push(varint(field * 8 + wire));
  };
  const sized = (field: number, content: Uint8Array): MessageWriter => {
    tag(field, LENGTH_DELIMITED);
    chunks.push(varint(content.length), content);
    return writer;
  };
  const writer: MessageWriter = {
    integer(field, value) {
      tag(field, VARINT);
      chunks.push(varint(value));
      return writer;
    },
    float(field, value) {
      tag(field, FIXED32);
      const content = new Uint8Array(4);
      new DataView(content.buffer).setFloat32(0, value, true);
      chunks.push(content);
      return writer;
    },
    double(field, value) {
      tag(field, FIXED64);
      const content = new Uint8Array(8);
      new DataView(content.buffer).setFloat64(0, value, true);
      chunks.push(content);
      return writer;
    },
    text: (field, value) => sized(field, new TextEncoder().encode(value)),
    bytes: sized,
    packed: (field, values) => sized(field, joined(values.map(varint))),
    message: (field, value) => sized(field, value.finish()),
    finish: () => joined(chunks),
  };
  return writer;
}

// --- internal ---

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

function varint(value: number): Uint8Array {
  // Negative integers are written as their 64-bit two's complement, ten bytes long.
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}
