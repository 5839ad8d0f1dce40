import { wasmInstance, wasmModule } from '../util/wasm.ts';
import { assemble, branchIf, type Code, type FunctionBuilder, i32, i64, loop, v128 } from '../util/wasm-assembler.ts';

/** Memory for bytes, and a checksum of them. */
export interface SummedBytes {
  /** Room for `SUMMED_BYTES`. */
  readonly bytes: Uint8Array;
  /**
   * A checksum of the first `length` bytes (32 bits), at tens of gigabytes a second. It tells apart what happens to
   * differ; it is no defence against somebody who makes bytes with the same one.
   */
  sum(length: number): number;
}

/** Bytes that the memory has room for. */
export const SUMMED_BYTES = 2 * 1024 * 1024;

export function createSummedBytes(): SummedBytes {
  program ??= wasmModule(assemble([{ name: 'sum', result: true, build: sum }], PAGES));
  const instance = wasmInstance(program) as { sum(length: number): number; memory: { buffer: ArrayBuffer } };
  const all = new Uint8Array(instance.memory.buffer);
  return {
    bytes: all.subarray(0, SUMMED_BYTES),
    sum: (length) => {
      // What stood here before is no part of the last step.
      all.fill(0, length, length + STEP);
      return instance.sum(length);
    },
  };
}

// --- internal ---

let program: object | undefined;

/** Bytes of one step: four times sixteen, whose products do not wait for each other. */
const STEP = 64;
const PAGES = SUMMED_BYTES / 65_536 + 1;
/** Odd, so that no product loses what went into it. */
const FACTOR = 0x01000193;

function sum(f: FunctionBuilder): Code {
  const length = f.parameter('i32');
  const at = f.local('i32');
  const parts = [0, 16, 32, 48].map((offset) => ({ offset, sum: f.local('v128') }));
  const all = f.local('v128');
  const long = f.local('i64');
  const factor = f.local('v128');
  const product = f.local('v128');
  /** The upper bits come down again, as products only move bits up. */
  const mixed = (a: Code, b: Code): Code =>
    v128.xor(product.tee(v128.mul(v128.xor(a, b), factor.get)), v128.shr(product.get, 15));
  const spread = (value: Code): Code => i64.mul(value, i64.const(0x9e3779b97f4a7c15n));
  return [
    ...long.set(i64.const(BigInt(FACTOR) * 0x1_0000_0001n)),
    ...factor.set(v128.splatLong(long.get)),
    ...loop((again) => [
      ...parts.flatMap(({ offset, sum }) => sum.set(mixed(sum.get, v128.load(at.get, offset)))),
      ...branchIf(i32.lessThan(at.tee(i32.add(at.get, i32.const(STEP))), length.get), again),
    ]),
    ...parts.flatMap(({ sum }) => all.set(mixed(all.get, sum.get))),
    ...long.set(i64.xor(spread(v128.long(all.get, 0)), i64.shr(spread(v128.long(all.get, 0)), i64.const(29n)))),
    ...long.set(spread(i64.xor(long.get, v128.long(all.get, 1)))),
    ...i32.fromI64(i64.shr(long.get, i64.const(32n))),
  ];
}
