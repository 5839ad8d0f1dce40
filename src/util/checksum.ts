import { memoryOfBuffer, wasmInstance, wasmModule } from './wasm.ts';
import { assemble, branchIf, type Code, type FunctionBuilder, i32, i64, loop, v128 } from './wasm-assembler.ts';

/**
 * A checksum (32 bits) of bytes, at tens of gigabytes a second where they stand in a `wasmMemory`; of others it is
 * another one, and slow. It tells apart what happens to differ; it is no defence against somebody who makes bytes with
 * the same one.
 */
export function checksum(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes;
  const program = programIn(buffer);
  const whole = program ? length - (length % STEP) : 0;
  let sum = program && whole > 0 ? program.sum(byteOffset, byteOffset + whole) : 0;
  for (let i = whole; i < length; i++) sum = Math.imul(sum ^ bytes[i]!, FACTOR);
  return sum | 0;
}

// --- internal ---

interface Program {
  /** Of the bytes between two addresses, a multiple of `STEP` and not none. */
  sum(at: number, end: number): number;
}

const programs = new WeakMap<ArrayBufferLike, Program>();
/** By the number of pages of the memories that they see. */
const modules = new Map<number, object>();

function programIn(buffer: ArrayBufferLike): Program | undefined {
  const known = programs.get(buffer);
  if (known) return known;
  const memory = memoryOfBuffer(buffer);
  if (!memory) return undefined;
  const pages = memory.buffer.byteLength / PAGE;
  const module =
    modules.get(pages) ?? wasmModule(assemble([{ name: 'sum', result: true, build: sum }], pages, 'imported'));
  modules.set(pages, module);
  const made = wasmInstance(module, memory) as Program;
  programs.set(buffer, made);
  return made;
}

const PAGE = 65_536;
/** Bytes of one step: eight times sixteen, whose products do not wait for each other. */
const STEP = 128;
/** Odd, so that no product loses what went into it. */
const FACTOR = 0x01000193;

function sum(f: FunctionBuilder): Code {
  const at = f.parameter('i32');
  const end = f.parameter('i32');
  const parts = Array.from({ length: STEP / 16 }, (_, i) => ({ offset: 16 * i, sum: f.local('v128') }));
  const all = f.local('v128');
  const long = f.local('i64');
  const factor = f.local('v128');
  const product = f.local('v128');
  /** The upper bits come down again, as products only move bits up. */
  const mixed = (a: Code, b: Code): Code =>
    v128.xor(product.tee(v128.mul(v128.xor(a, b), factor.get)), v128.shr(product.get, 15));
  const spread = (value: Code): Code => i64.mul(value, i64.const(0x9e3779b97f4a7c15n));
  return [
    ...factor.set(v128.splatLong(i64.const(BigInt(FACTOR) * 0x1_0000_0001n))),
    ...loop((again) => [
      ...parts.flatMap(({ offset, sum }) => sum.set(mixed(sum.get, v128.load(at.get, offset)))),
      ...branchIf(i32.lessThan(at.tee(i32.add(at.get, i32.const(STEP))), end.get), again),
    ]),
    ...parts.flatMap(({ sum }) => all.set(mixed(all.get, sum.get))),
    ...long.set(i64.xor(spread(v128.long(all.get, 0)), i64.shr(spread(v128.long(all.get, 0)), i64.const(29n)))),
    ...long.set(spread(i64.xor(long.get, v128.long(all.get, 1)))),
    ...i32.fromI64(i64.shr(long.get, i64.const(32n))),
  ];
}
