import { wasmInstance, wasmModule } from '../../util/wasm.ts';
import {
  assemble,
  block,
  branchIf,
  type Code,
  type FunctionBuilder,
  i32,
  loop,
  v128,
  when,
} from '../../util/wasm-assembler.ts';
import { BLOCK_LAYOUT, BLOCK_LINES, type BlockMemory } from './block-memory.ts';

/** Finds the lines in the bytes of a block. */
export interface LineSplitter {
  /** Writes down the lines of `bytes[at, used)` that have their line end, `BLOCK_LINES` at most; returns their number. */
  split(at: number, used: number): number;
  /** First byte behind these lines. */
  readonly behind: number;
  /** Whether a byte of that range is NUL or no ASCII. */
  readonly unusual: boolean;
}

/** A splitter for this memory. */
export function createLineSplitter({ memory, bytes, ints }: BlockMemory): LineSplitter {
  program ??= wasmModule(assemble([{ name: 'split', result: true, build: split }], BLOCK_LAYOUT.pages, 'imported'));
  const instance = wasmInstance(program, memory) as { split(at: number, used: number): number };
  const behind = ints(BLOCK_LAYOUT.behind, 1);
  const unusual = ints(BLOCK_LAYOUT.unusual, 1);
  return {
    split: (at, used) => {
      // What stood here before must not be taken for a part of the last line.
      bytes.fill(0x20, used, used + 16);
      return instance.split(at, used);
    },
    get behind() {
      return behind[0]!;
    },
    get unusual() {
      return unusual[0] !== 0;
    },
  };
}

// --- internal ---

let program: object | undefined;

const int = i32.const;
const LF = 0x0a;
const CR = 0x0d;

function split(f: FunctionBuilder): Code {
  const at = f.parameter('i32');
  const used = f.parameter('i32');
  /** First byte of the line. */
  const start = f.local('i32');
  const count = f.local('i32');
  const newline = f.local('i32');
  /** Line ends among 16 bytes. */
  const ends = f.local('i32');
  const bytes = f.local('v128');
  const high = f.local('v128');

  const isCr = i32.eq(i32.load8(newline.get, BLOCK_LAYOUT.bytes - 1), int(CR));
  const takeLine: Code = [
    ...newline.set(i32.add(at.get, i32.trailingZeros(ends.get))),
    ...i32.store(i32.shl(count.get, int(2)), start.get, BLOCK_LAYOUT.starts),
    ...i32.store(
      i32.shl(count.get, int(2)),
      i32.sub(newline.get, i32.and(i32.lessThan(start.get, newline.get), isCr)),
      BLOCK_LAYOUT.ends,
    ),
    ...start.set(i32.add(newline.get, int(1))),
    ...count.set(i32.add(count.get, int(1))),
    ...ends.set(i32.and(ends.get, i32.sub(ends.get, int(1)))),
  ];

  return [
    ...start.set(at.get),
    ...block((full) =>
      loop((again) => [
        ...bytes.set(v128.load(at.get, BLOCK_LAYOUT.bytes)),
        // A byte of 0 is below 1; one that is no ASCII has its highest bit set.
        ...high.set(v128.or(high.get, v128.or(bytes.get, v128.equal(bytes.get, v128.splat(0))))),
        ...ends.set(v128.bitmask(v128.equal(bytes.get, v128.splat(LF)))),
        ...when(
          ends.get,
          loop((another) => [
            ...takeLine,
            ...branchIf(i32.eq(count.get, int(BLOCK_LINES)), full),
            ...branchIf(ends.get, another),
          ]),
        ),
        ...branchIf(i32.lessThan(at.tee(i32.add(at.get, int(16))), used.get), again),
      ]),
    ),
    ...i32.store(int(0), start.get, BLOCK_LAYOUT.behind),
    ...i32.store(int(0), v128.bitmask(high.get), BLOCK_LAYOUT.unusual),
    ...count.get,
  ];
}
