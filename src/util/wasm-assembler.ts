/**
 * A small assembler for WebAssembly (core specification 2.0 with SIMD): code is
 * written as expressions, control flow as blocks with labels, and comes out as a
 * module with one memory. Only the instructions that are used here are known.
 */
export type Code = readonly (number | Block | Branch | Call)[];

/** Types of values. */
export type ValueType = 'i32' | 'i64' | 'f64' | 'v128';

/** A target of branches. */
export type Label = symbol;

/** A variable of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
  readonly get: Code;
  set(value: Code): Code;
  tee(value: Code): Code;
}

/** A function that is being written. */
export interface FunctionBuilder {
  parameter(type: ValueType): Local;
  local(type: ValueType): Local;
}

/** One function of a module: exported under its name, with or without an i32 for a result; the others `call` it by that name. */
export interface FunctionSource {
  readonly name: string;
  readonly result: boolean;
  readonly build: (builder: FunctionBuilder) => Code;
}

/** 32-bit instructions; addresses and conditions are i32. */
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(BigInt(value | 0))],
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)],
  load8: (address: Code, offset = 0): Code => [...address, 0x2d, 0, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x36, 2, ...unsigned(offset)],
  store8: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x3a, 0, ...unsigned(offset)],
  store16: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x3b, 1, ...unsigned(offset)],
  eqz: (a: Code): Code => [...a, 0x45],
  eq: (a: Code, b: Code): Code => [...a, ...b, 0x46],
  notEqual: (a: Code, b: Code): Code => [...a, ...b, 0x47],
  lessThan: (a: Code, b: Code): Code => [...a, ...b, 0x48],
  lessUnsigned: (a: Code, b: Code): Code => [...a, ...b, 0x49],
  atLeast: (a: Code, b: Code): Code => [...a, ...b, 0x4e],
  atLeastUnsigned: (a: Code, b: Code): Code => [...a, ...b, 0x4f],
  trailingZeros: (a: Code): Code => [...a, 0x68],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  or: (a: Code, b: Code): Code => [...a, ...b, 0x72],
  shl: (a: Code, b: Code): Code => [...a, ...b, 0x74],
  shr: (a: Code, b: Code): Code => [...a, ...b, 0x76],
  fromI64: (a: Code): Code => [...a, 0xa7],
  /** `condition ? a : b`, both computed. */
  select: (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b],
} as const;

/** 64-bit instructions. */
export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  load: (address: Code, offset = 0): Code => [...address, 0x29, 0, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x37, 0, ...unsigned(offset)],
  eqz: (a: Code): Code => [...a, 0x50],
  eq: (a: Code, b: Code): Code => [...a, ...b, 0x51],
  trailingZeros: (a: Code): Code => [...a, 0x7a],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x7d],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x7e],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x83],
  or: (a: Code, b: Code): Code => [...a, ...b, 0x84],
  xor: (a: Code, b: Code): Code => [...a, ...b, 0x85],
  shl: (a: Code, b: Code): Code => [...a, ...b, 0x86],
  shr: (a: Code, b: Code): Code => [...a, ...b, 0x88],
  fromI32: (a: Code): Code => [...a, 0xad],
} as const;

/** 64-bit floating-point numbers. */
export const f64 = {
  const: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: (address: Code, offset = 0): Code => [...address, 0x2b, 3, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x39, 3, ...unsigned(offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0xa0],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0xa2],
  /** 0 where one of them is no number. */
  atMost: (a: Code, b: Code): Code => [...a, ...b, 0x65],
  fromI32: (a: Code): Code => [...a, 0xb7],
} as const;

/** Instructions on 16 bytes at once. */
export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, 0xfd, 0, 0, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0xfd, 11, 0, ...unsigned(offset)],
  splat: (byte: number): Code => [...i32.const(byte), 0xfd, 15],
  /** Twice the same eight bytes. */
  splatLong: (long: Code): Code => [...long, 0xfd, 18],
  and: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 78],
  or: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 80],
  xor: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 81],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(113)],
  /** Four 32-bit numbers, shifted to the right by so many bits. */
  shr: (a: Code, bits: number): Code => [...a, ...i32.const(bits), 0xfd, ...unsigned(173)],
  /** Products of four 32-bit numbers. */
  mul: (a: Code, b: Code): Code => [...a, ...b, 0xfd, ...unsigned(181)],
  equal: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 35],
  lessUnsigned: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 38],
  minUnsigned: (a: Code, b: Code): Code => [...a, ...b, 0xfd, 119],
  /** The bits of `a` where `mask` has ones, else those of `b`. */
  bitselect: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, 0xfd, 82],
  /** The lower (0) or upper (1) eight bytes. */
  long: (a: Code, lane: 0 | 1): Code => [...a, 0xfd, 29, lane],
  /** 1 where any bit is set. */
  any: (a: Code): Code => [...a, 0xfd, 83],
  /** One bit per byte: its highest. */
  bitmask: (a: Code): Code => [...a, 0xfd, ...unsigned(100)],
} as const;

/** Runs `body`; `branch(label)` leaves it. */
export function block(body: (label: Label) => Code): Code {
  const label = Symbol();
  return [{ opcode: 0x02, label, body: body(label) }];
}

/** Runs `body` once; `branch(label)` starts it again. */
export function loop(body: (label: Label) => Code): Code {
  const label = Symbol();
  return [{ opcode: 0x03, label, body: body(label) }];
}

/** Runs `body` where the condition is not 0. */
export function when(condition: Code, body: Code, otherwise?: Code): Code {
  return [...condition, { opcode: 0x04, label: Symbol(), body, ...(otherwise && { otherwise }) }];
}

export function branch(label: Label): Code {
  return [{ opcode: 0x0c, to: label }];
}

export function branchIf(condition: Code, label: Label): Code {
  return [...condition, { opcode: 0x0d, to: label }];
}

/** Calls a function of the module with its arguments. */
export function call(name: string, ...parameters: readonly Code[]): Code {
  return [...parameters.flat(), { opcode: 0x10, name }];
}

/**
 * The bytes of a module that exports its functions and its `memory` of so many pages. That
 * memory is its own, or the import `block.memory`.
 */
export function assemble(
  functions: readonly FunctionSource[],
  pages: number,
  memory: 'own' | 'imported' = 'own',
): Uint8Array<ArrayBuffer> {
  const names = functions.map(({ name }) => name);
  const made = functions.map((source) => buildFunction(source, names));
  const limits = [0x01, ...unsigned(pages), ...unsigned(pages)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(made.map(({ type }) => type))),
    ...(memory === 'imported' ? section(2, vector([[...text('block'), ...text('memory'), 0x02, ...limits]])) : []),
    ...section(3, vector(made.map((_, index) => unsigned(index)))),
    ...(memory === 'own' ? section(5, vector([limits])) : []),
    ...section(7, vector([...functions.map(({ name }, index) => exported(name, 0, index)), exported('memory', 2, 0)])),
    ...section(10, vector(made.map(({ body }) => [...unsigned(body.length), ...body]))),
  ]);
}

// --- internal ---

interface Block {
  readonly opcode: 0x02 | 0x03 | 0x04;
  readonly label: Label;
  readonly body: Code;
  readonly otherwise?: Code;
}

interface Branch {
  readonly opcode: 0x0c | 0x0d;
  readonly to: Label;
}

interface Call {
  readonly opcode: 0x10;
  readonly name: string;
}

const TYPES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

function buildFunction(
  { result, build }: FunctionSource,
  names: readonly string[],
): { type: number[]; body: number[] } {
  const locals: ValueType[] = [];
  let parameters = 0;
  const variable = (type: ValueType): Local => {
    const index = locals.push(type) - 1;
    const place = unsigned(index);
    return {
      index,
      type,
      get: [0x20, ...place],
      set: (value) => [...value, 0x21, ...place],
      tee: (value) => [...value, 0x22, ...place],
    };
  };
  const code = build({
    parameter: (type) => {
      parameters++;
      return variable(type);
    },
    local: variable,
  });
  const inner = locals.slice(parameters).map((type) => [0x01, TYPES[type]]);
  return {
    type: [
      0x60,
      ...vector(locals.slice(0, parameters).map((type) => [TYPES[type]])),
      ...(result ? [1, TYPES.i32] : [0]),
    ],
    body: [...vector(inner), ...encode(code, [], names), 0x0b],
  };
}

function encode(code: Code, labels: readonly Label[], names: readonly string[]): number[] {
  return code.flatMap((part) => {
    if (typeof part === 'number') return part;
    if ('name' in part) return [part.opcode, ...unsigned(names.indexOf(part.name))];
    if ('to' in part) return [part.opcode, ...unsigned(labels.indexOf(part.to))];
    const inside = [part.label, ...labels];
    const otherwise = part.otherwise ? [0x05, ...encode(part.otherwise, inside, names)] : [];
    return [part.opcode, 0x40, ...encode(part.body, inside, names), ...otherwise, 0x0b];
  });
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function exported(name: string, kind: number, index: number): number[] {
  return [...text(name), kind, ...unsigned(index)];
}

function text(name: string): number[] {
  return [...unsigned(name.length), ...[...name].map((letter) => letter.charCodeAt(0))];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128. */
function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
