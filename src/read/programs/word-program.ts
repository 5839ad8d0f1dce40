import {
  block,
  branch,
  branchIf,
  type Code,
  type FunctionBuilder,
  type FunctionSource,
  i32,
  i64,
  loop,
  v128,
  when,
} from '../../util/wasm-assembler.ts';
import { BLOCK_LAYOUT, MOST_WORDS, WORD_SLOTS } from './block-memory.ts';
import { bytesAt, firstBytes } from './byte-code.ts';

/**
 * The function `word(from, to)`: the number of the word between two places of the block, which
 * is the same for the same bytes; -1 where the block has too many words. The words are copied,
 * one behind the other. They are compared byte by byte, and their hashes are seeded, so that
 * nobody can prepare words that collide.
 */
export const wordFunction: FunctionSource = { name: 'word', result: true, build: word };

// --- internal ---

const int = i32.const;
/** Another one in every process. */
const seed = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
const PRIME = 0x9e3779b97f4a7c15n;

function word(f: FunctionBuilder): Code {
  const from = f.parameter('i32');
  const to = f.parameter('i32');
  const key = f.local('i64');
  const hash = f.local('i32');
  const p = f.local('i32');
  const left = f.local('i32');
  const bytes = f.local('v128');
  /** Four times a place of the table. */
  const slot = f.local('i32');
  /** Four times a number plus four; 0 where the place is free. */
  const entry = f.local('i32');
  /** From a byte of the word to that of the one it is compared with. */
  const distance = f.local('i32');
  const result = f.local('i32');

  const takeLeft = left.set(i32.select(i32.lessThan(i32.sub(to.get, p.get), int(16)), i32.sub(to.get, p.get), int(16)));
  const next16 = i32.lessThan(p.tee(i32.add(p.get, int(16))), to.get);
  const mix = (lane: 0 | 1): Code => [
    ...key.set(i64.mul(i64.xor(key.get, v128.long(bytes.get, lane)), i64.const(PRIME))),
    ...key.set(i64.xor(key.get, i64.shr(key.get, i64.const(32n)))),
  ];
  const findHash: Code = [
    ...key.set(i64.xor(i64.const(seed), i64.fromI32(i32.sub(to.get, from.get)))),
    ...p.set(from.get),
    ...loop((again) => [
      ...takeLeft,
      ...bytes.set(v128.and(bytesAt(p.get), firstBytes(left.get))),
      ...mix(0),
      ...mix(1),
      ...branchIf(next16, again),
    ]),
    ...hash.set(i32.fromI64(key.get)),
  ];

  const of = (table: number): Code => i32.load(entry.get, table - 4);
  /** Goes to `different` where the word of the entry is another one. */
  const compare = (different: (condition: Code) => Code): Code => [
    ...different(i32.notEqual(of(BLOCK_LAYOUT.wordHashes), hash.get)),
    ...distance.set(i32.sub(of(BLOCK_LAYOUT.wordPlaces), from.get)),
    ...different(i32.notEqual(of(BLOCK_LAYOUT.wordPlaces + 4), i32.add(to.get, distance.get))),
    ...p.set(from.get),
    ...loop((again) => [
      ...takeLeft,
      ...bytes.set(v128.xor(bytesAt(p.get), v128.load(i32.add(p.get, distance.get), BLOCK_LAYOUT.wordBytes))),
      ...different(v128.any(v128.and(bytes.get, firstBytes(left.get)))),
      ...branchIf(next16, again),
    ]),
  ];

  /** What is copied beyond the word is overwritten by the next one. */
  const copyWord: Code = [
    ...distance.set(i32.sub(of(BLOCK_LAYOUT.wordPlaces), from.get)),
    ...p.set(from.get),
    ...loop((again) => [
      ...v128.store(i32.add(p.get, distance.get), bytesAt(p.get), BLOCK_LAYOUT.wordBytes),
      ...branchIf(next16, again),
    ]),
    ...i32.store(entry.get, i32.add(to.get, distance.get), BLOCK_LAYOUT.wordPlaces),
  ];

  return [
    ...findHash,
    ...slot.set(i32.and(i32.shl(hash.get, int(2)), int(4 * (WORD_SLOTS - 1)))),
    ...block((done) => [
      ...block((free) =>
        loop((another) => [
          ...branchIf(i32.eqz(entry.tee(i32.load(slot.get, BLOCK_LAYOUT.wordSlots))), free),
          ...block((different) => [
            ...compare((condition) => branchIf(condition, different)),
            ...result.set(i32.shr(i32.sub(entry.get, int(4)), int(2))),
            ...branch(done),
          ]),
          ...slot.set(i32.and(i32.add(slot.get, int(4)), int(4 * (WORD_SLOTS - 1)))),
          ...branch(another),
        ]),
      ),
      ...result.set(i32.load(int(0), BLOCK_LAYOUT.words)),
      ...when(i32.eq(result.get, int(MOST_WORDS)), [...result.set(int(-1)), ...branch(done)]),
      ...i32.store(int(0), i32.add(result.get, int(1)), BLOCK_LAYOUT.words),
      ...entry.set(i32.add(i32.shl(result.get, int(2)), int(4))),
      ...i32.store(slot.get, entry.get, BLOCK_LAYOUT.wordSlots),
      ...i32.store(entry.get, hash.get, BLOCK_LAYOUT.wordHashes - 4),
      ...copyWord,
    ]),
    ...result.get,
  ];
}
