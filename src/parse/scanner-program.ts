import { assemble, branchIf, type Code, type FunctionBuilder, i32, i64, loop, v128 } from '../util/wasm-assembler.ts';
import type { MaskAutomaton } from './mask-automaton.ts';
import { byteKind } from './masks.ts';
import type { ScannerLayout } from './scanner-layout.ts';
import { tokenProgram } from './scanner-tokens.ts';

/**
 * The scanner as a WebAssembly module with three functions:
 *
 * - `classify(length)` fills the word, digit and blank bits of the first `length` bytes
 *   of the window, 16 bytes at a time.
 * - `scan(at, end, delta)` scans the message between two addresses, writes down its
 *   tokens and masks, and returns the number of its tokens. Places are written plus
 *   `delta`.
 * - `shapes(rows, delta)` finds the shapes of many messages and the hashes of their
 *   tokens; most tokens it knows from before (`scanner-memo.ts`). The places of the
 *   messages less `delta` are addresses.
 *
 * A token's hash takes in, one after the other, its runs of word bytes in pieces of
 * eight, its other bytes, and its masks; see `hashes.ts` for the same in TypeScript.
 */
export function assembleScanner(
  automaton: MaskAutomaton,
  layout: ScannerLayout,
  seed: bigint,
): Uint8Array<ArrayBuffer> {
  return assemble(
    [
      { name: 'classify', result: false, build: (f) => classify(f, automaton, layout) },
      { name: 'scan', result: true, build: (f) => scan(f, automaton, layout, seed) },
      { name: 'shapes', result: false, build: (f) => shapes(f, automaton, layout, seed) },
    ],
    layout.pages,
  );
}

// --- internal ---

const int = i32.const;

function classify(f: FunctionBuilder, automaton: MaskAutomaton, layout: ScannerLayout): Code {
  const length = f.parameter('i32');
  const i = f.local('i32');
  const bytes = f.local('v128');
  const within = (value: Code, low: number, count: number): Code =>
    v128.lessUnsigned(v128.sub(value, v128.splat(low)), v128.splat(count));
  const folded = v128.or(bytes.get, v128.splat(0x20));
  // A byte from 0x80 on has its highest bit set already, which is the one that counts.
  const digits = within(bytes.get, 0x30, 10);
  const words = v128.or(v128.or(within(folded, 0x61, 26), digits), bytes.get);
  const space = v128.equal(bytes.get, v128.splat(0x20));
  const blanks = delimitersOf(automaton).reduce(
    (some, delimiter) => v128.or(some, v128.equal(bytes.get, v128.splat(delimiter))),
    v128.or(space, within(bytes.get, 0x09, 5)),
  );
  return loop((again) => [
    ...bytes.set(v128.load(i.get, layout.window)),
    ...i32.store16(i32.shr(i.get, int(3)), v128.bitmask(words), layout.words),
    ...i32.store16(i32.shr(i.get, int(3)), v128.bitmask(digits), layout.digits),
    ...i32.store16(i32.shr(i.get, int(3)), v128.bitmask(blanks), layout.blanks),
    ...branchIf(i32.lessThan(i.tee(i32.add(i.get, int(16))), length.get), again),
  ]);
}

/** Bytes that are blanks by the wish of the user. */
function delimitersOf({ classOf, wordClasses, blankClasses }: MaskAutomaton): number[] {
  return [...classOf.keys()].filter(
    (byte) => classOf[byte]! >= wordClasses && classOf[byte]! < blankClasses && byteKind(byte) !== 'blank',
  );
}

function scan(f: FunctionBuilder, automaton: MaskAutomaton, layout: ScannerLayout, seed: bigint): Code {
  const at = f.parameter('i32');
  const end = f.parameter('i32');
  const delta = f.parameter('i32');
  const message = tokenProgram(f, { automaton, layout, seed, record: { delta } }, at, end);
  return [
    ...message.scan,
    ...i64.store(int(0), message.shape.get, layout.found),
    ...i32.store(int(0), message.masks.get, layout.found + 8),
    ...i32.store(int(0), message.rest.get, layout.found + 12),
    ...message.tokens.get,
  ];
}

function shapes(f: FunctionBuilder, automaton: MaskAutomaton, layout: ScannerLayout, seed: bigint): Code {
  const rows = f.parameter('i32');
  const delta = f.parameter('i32');
  /** Four times the number of the message. */
  const row = f.local('i32');
  const message = tokenProgram(f, { automaton, layout, seed, record: undefined });
  return loop((again) => [
    ...message.at.set(i32.sub(i32.load(row.get, layout.rowStarts), delta.get)),
    ...message.end.set(i32.sub(i32.load(row.get, layout.rowEnds), delta.get)),
    ...message.scan,
    ...i64.store(i32.shl(row.get, int(1)), message.shape.get, layout.rowShapes),
    ...i32.store(row.get, message.written.get, layout.rowTokens),
    ...row.set(i32.add(row.get, int(4))),
    ...branchIf(i32.lessThan(row.get, i32.shl(rows.get, int(2))), again),
  ]);
}
