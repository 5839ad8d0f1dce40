import {
  block,
  branch,
  branchIf,
  type Code,
  type FunctionBuilder,
  i32,
  i64,
  type Local,
  loop,
  v128,
  when,
} from '../util/wasm-assembler.ts';
import { LAST_PRIME, REST, SHAPE_PRIME, TOKEN_PRIME } from './hashes.ts';
import type { MaskAutomaton } from './mask-automaton.ts';
import { MAX_BYTES, MAX_LITERAL, MAX_TOKENS } from './masks.ts';
import type { ScannerLayout } from './scanner-layout.ts';
import { type Memo, memoProgram } from './scanner-memo.ts';
import { WORD_WITH_DIGIT, WORD_WITHOUT_DIGIT, WORD_WITHOUT_DIGIT_BEFORE_BLANK } from './start-states.ts';
import { FIRST_MASK } from './token-text.ts';

/** What a scan of messages needs to know. */
export interface TokenProgramOptions {
  readonly automaton: MaskAutomaton;
  readonly layout: ScannerLayout;
  readonly seed: bigint;
  /**
   * Either writes down every token and mask of the message (places are written plus
   * this number), or the hashes of its tokens alone, with a memory of tokens.
   */
  readonly record: { readonly delta: Local } | undefined;
}

/** A program that scans one message. */
export interface TokenProgram {
  /** The message, in the window. */
  readonly at: Local;
  readonly end: Local;
  /** Scans it. */
  readonly scan: Code;
  readonly tokens: Local;
  readonly masks: Local;
  /** 1 where a rest was not looked at. */
  readonly rest: Local;
  readonly shape: Local;
  /** Hashes written so far, of all messages. */
  readonly written: Local;
}

/** The code that turns one message into tokens, by the specification in `masks.ts`. */
export function tokenProgram(
  f: FunctionBuilder,
  { automaton, layout, seed, record }: TokenProgramOptions,
  at: Local = f.local('i32'),
  end: Local = f.local('i32'),
): TokenProgram {
  const { wordClasses, blankClasses, firstAccepting } = automaton;
  const tokens = f.local('i32');
  const masks = f.local('i32');
  const rest = f.local('i32');
  const shape = f.local('i64');
  const written = f.local('i32');
  /** Class of the byte at `at`, of the one before it, and of the last one that the automaton took. */
  const cls = f.local('i32');
  const before = f.local('i32');
  const last = f.local('i32');
  const state = f.local('i32');
  const p = f.local('i32');
  /** End of the longest match so far, 0 for none, and the state there. */
  const matched = f.local('i32');
  const matchedState = f.local('i32');
  /** Of the token: its hash, whether it varies by its looks, bytes outside of masks, start of the value after its first `=`. */
  const hash = f.local('i64');
  const variable = f.local('i32');
  const literals = f.local('i32');
  const value = f.local('i32');
  const byte = f.local('i32');
  /** What is known of the place, for the first state; see `start-states.ts`. `sign` is 2 until it is needed. */
  const sign = f.local('i32');
  const word = f.local('i32');
  const any = f.local('v128');
  /** End of the run of word bytes at `at`. */
  const runEnd = f.local('i32');
  /** Place in the window, and bits found there. */
  const place = f.local('i32');
  const length = f.local('i32');
  const bits = f.local('i64');
  /** End of the token, and whether what it becomes may be remembered. */
  const tokenEnd = f.local('i32');
  const keep = f.local('i32');
  /** Stands for the end of the message. */
  const blank = int(wordClasses);
  const classAt = (place: Code): Code => i32.load8(i32.load8(place), layout.classes);
  const space = int(automaton.classOf[0x20] ?? wordClasses);
  const blankAfter = i32.select(i32.lessThan(tokenEnd.get, end.get), classAt(tokenEnd.get), space);
  const memo = record
    ? undefined
    : memoProgram(f, layout, seed, automaton.digitsAlike, { at, tokenEnd, hash, blank: blankAfter });
  /** Code that only one of the two kinds of scan needs. */
  const recording = (code: (delta: Local) => Code): Code => (record ? code(record.delta) : []);
  const remembering = (code: Code): Code => (memo ? code : []);

  const isWord = (c: Local): Code => i32.lessThan(c.get, int(wordClasses));
  const isBlank = (c: Local): Code =>
    i32.and(i32.atLeast(c.get, int(wordClasses)), i32.lessThan(c.get, int(blankClasses)));
  const increment = (local: Local): Code => local.set(i32.add(local.get, int(1)));
  const times4 = (local: Local): Code => i32.shl(local.get, int(2));
  const step = (from: Code): Code => i32.load(i32.shl(i32.add(from, cls.get), int(2)), layout.next);
  const mix = (item: Code): Code => [
    ...hash.set(i64.mul(i64.xor(hash.get, item), i64.const(TOKEN_PRIME))),
    ...hash.set(i64.xor(hash.get, i64.shr(hash.get, i64.const(32n)))),
  ];

  /** The bits of 57 or more bytes of the window from `place` on, in the low end of a word. */
  const bitsAt = (of: number): Code =>
    i64.shr(i64.load(i32.shr(place.get, int(3)), of), i64.fromI32(i32.and(place.get, int(7))));
  /** As many low bits as a number says, below 64. */
  const lowBits = (count: Code): Code => i64.xor(i64.shl(i64.const(-1n), i64.fromI32(count)), i64.const(-1n));

  const findRunEnd: Code = [
    ...runEnd.set(at.get),
    ...loop((again) => [
      ...place.set(i32.sub(runEnd.get, int(layout.window))),
      ...length.set(i32.fromI64(i64.trailingZeros(i64.xor(bitsAt(layout.words), i64.const(-1n))))),
      ...runEnd.set(i32.add(runEnd.get, length.get)),
      // As many bits as the word may hold: the run may go on.
      ...branchIf(i32.atLeast(length.get, int(57)), again),
    ]),
    ...when(i32.lessThan(end.get, runEnd.get), runEnd.set(end.get)),
  ];

  /** A run too long for one word of bits is taken to hold a digit. */
  const lookAtWord: Code = [
    ...when(i32.lessThan(i32.sub(runEnd.get, at.get), int(57)), [
      ...place.set(i32.sub(at.get, int(layout.window))),
      ...when(i64.eqz(i64.and(bitsAt(layout.digits), lowBits(i32.sub(runEnd.get, at.get)))), [
        ...last.set(blank),
        ...when(i32.lessThan(runEnd.get, end.get), last.set(classAt(runEnd.get))),
        ...word.set(i32.select(isBlank(last), int(WORD_WITHOUT_DIGIT_BEFORE_BLANK), int(WORD_WITHOUT_DIGIT))),
      ]),
    ]),
  ];

  const firstState: Code = i32.load(
    i32.shl(
      i32.add(i32.add(i32.shl(i32.load8(before.get, layout.joins), int(3)), i32.shl(word.get, int(1))), sign.get),
      int(2),
    ),
    layout.firstStates,
  );

  /**
   * A token may not be remembered where the masks looked beyond its end, or where digits
   * that its key leaves out stand for themselves.
   */
  const forget: Code = keep.set(int(0));
  /** Of the run at `at`. */
  const lookForDigits: Code = [
    ...remembering(when(i32.atLeast(i32.sub(runEnd.get, at.get), int(57)), forget)),
    ...place.set(i32.sub(at.get, int(layout.window))),
    ...loop((again) => [
      ...length.set(i32.sub(i32.sub(runEnd.get, int(layout.window)), place.get)),
      ...when(i32.lessThan(int(57), length.get), length.set(int(57))),
      ...bits.set(i64.and(bitsAt(layout.digits), lowBits(length.get))),
      ...when(i32.eqz(i64.eqz(bits.get)), variable.set(int(1))),
      ...remembering(when(i32.eqz(i64.eqz(i64.and(bits.get, i64.shr(bits.get, i64.const(1n))))), forget)),
      ...place.set(i32.add(place.get, length.get)),
      ...branchIf(i32.eq(length.get, int(57)), again),
    ]),
  ];

  /** Follows the automaton from `at`; `cls` is the class of the byte at `p` meanwhile. */
  const match: Code = [
    ...matched.set(int(0)),
    ...remembering(p.set(at.get)),
    ...word.set(int(WORD_WITH_DIGIT)),
    ...when(isWord(cls), [...findRunEnd, ...lookAtWord]),
    ...when(i32.atLeast(before.get, int(wordClasses)), [
      ...state.set(step(firstState)),
      ...when(state.get, [
        ...p.set(at.get),
        ...loop((again) => [
          ...last.set(cls.get),
          ...increment(p),
          ...cls.set(blank),
          ...when(i32.lessThan(p.get, end.get), cls.set(classAt(p.get))),
          ...when(i32.atLeast(state.get, int(firstAccepting)), [
            // Not between two word bytes.
            ...when(i32.or(i32.eqz(isWord(last)), i32.eqz(isWord(cls))), [
              ...matched.set(p.get),
              ...matchedState.set(state.get),
            ]),
          ]),
          ...when(i32.lessThan(p.get, end.get), branchIf(state.tee(step(state.get)), again)),
        ]),
      ]),
    ]),
    ...remembering(when(i32.lessThan(tokenEnd.get, p.get), forget)),
  ];

  const takeMask: Code = [
    ...byte.set(i32.load8(matchedState.get, layout.accepts)),
    ...recording((delta) => [
      ...i32.store(times4(masks), i32.add(at.get, delta.get), layout.maskStarts),
      ...i32.store(times4(masks), i32.add(matched.get, delta.get), layout.maskEnds),
      ...i32.store8(masks.get, byte.get, layout.maskKinds),
      ...increment(masks),
    ]),
    ...mix(i64.fromI32(i32.add(byte.get, int(FIRST_MASK)))),
    ...variable.set(int(1)),
    ...at.set(matched.get),
    ...before.set(classAt(i32.sub(at.get, int(1)))),
  ];

  const takeRun: Code = [
    ...lookForDigits,
    ...literals.set(i32.add(literals.get, i32.sub(runEnd.get, at.get))),
    ...loop((again) => [
      ...when(
        i32.lessThan(i32.sub(runEnd.get, at.get), int(8)),
        [
          // What is left of the run, in the low end of a word.
          ...when(i32.lessThan(at.get, runEnd.get), [
            ...mix(i64.and(i64.load(at.get), lowBits(i32.shl(i32.sub(runEnd.get, at.get), int(3))))),
            ...at.set(runEnd.get),
          ]),
        ],
        [...mix(i64.load(at.get)), ...at.set(i32.add(at.get, int(8))), ...branch(again)],
      ),
    ]),
    ...before.set(int(0)),
  ];

  const takeByte: Code = [
    ...byte.set(i32.load8(at.get)),
    ...before.set(cls.get),
    ...increment(at),
    ...recording((delta) =>
      when(i32.eq(byte.get, int(0x3d)), when(i32.eqz(value.get), value.set(i32.add(at.get, delta.get)))),
    ),
    ...mix(i64.fromI32(byte.get)),
    ...increment(literals),
  ];

  const beginToken: Code = [
    ...recording((delta) => i32.store(times4(tokens), i32.add(at.get, delta.get), layout.starts)),
    ...hash.set(i64.const(seed)),
    ...variable.set(int(0)),
    ...literals.set(int(0)),
    ...recording(() => value.set(int(0))),
    ...before.set(blank),
  ];

  const finishHash: Code = [
    ...hash.set(i64.mul(hash.get, i64.const(LAST_PRIME))),
    ...hash.set(i64.xor(hash.get, i64.shr(hash.get, i64.const(29n)))),
    // Only wildcards have a low half of 0.
    ...when(i32.eqz(i32.fromI64(hash.get)), hash.set(i64.xor(hash.get, i64.const(1n)))),
    ...hash.set(i64.and(hash.get, i64.const((1n << 63n) - 1n))),
    ...hash.set(i64.or(hash.get, i64.shl(i64.fromI32(variable.get), i64.const(63n)))),
    ...when(i32.lessThan(int(MAX_LITERAL), literals.get), hash.set(i64.const(0n))),
  ];

  const writeHash: Code = [
    ...i64.store(i32.shl(written.get, int(3)), hash.get, layout.rowHashes),
    ...increment(written),
  ];

  const endToken: Code = [
    ...remembering(writeHash),
    ...recording((delta) => [
      ...i64.store(i32.shl(tokens.get, int(3)), hash.get, layout.hashes),
      ...i32.store(times4(tokens), i32.add(at.get, delta.get), layout.ends),
      ...i32.store(times4(tokens), value.get, layout.values),
    ]),
    ...increment(tokens),
    ...shape.set(i64.mul(i64.xor(shape.get, hash.get), i64.const(SHAPE_PRIME))),
    ...shape.set(i64.xor(shape.get, i64.shr(shape.get, i64.const(32n)))),
  ];

  /** Sees at most 17 bytes behind the end, which may only make the choice a careful one. */
  const findSign: Code = [
    ...p.set(at.get),
    ...any.set(v128.splat(0)),
    ...loop((again) => [
      ...any.set(
        v128.or(
          v128.or(any.get, v128.equal(v128.load(p.get), v128.splat(AT_SIGN))),
          v128.and(
            v128.and(
              v128.equal(v128.load(p.get), v128.splat(COLON)),
              v128.equal(v128.load(p.get, 1), v128.splat(SLASH)),
            ),
            v128.equal(v128.load(p.get, 2), v128.splat(SLASH)),
          ),
        ),
      ),
      ...branchIf(i32.lessThan(p.tee(i32.add(p.get, int(16))), end.get), again),
    ]),
    ...sign.set(v128.any(any.get)),
  ];

  /** Pieces of the token at `at`, one after the other. */
  const scanToken: Code = [
    ...when(i32.eq(sign.get, int(2)), findSign),
    ...beginToken,
    ...loop((again) => [
      ...match,
      ...when(matched.get, takeMask, [...cls.set(classAt(at.get)), ...when(isWord(cls), takeRun, takeByte)]),
      ...when(i32.lessThan(at.get, end.get), [...cls.set(classAt(at.get)), ...branchIf(i32.eqz(isBlank(cls)), again)]),
    ]),
    ...finishHash,
  ];

  const findTokenEnd: Code = [
    ...tokenEnd.set(at.get),
    ...loop((again) => [
      ...place.set(i32.sub(tokenEnd.get, int(layout.window))),
      ...length.set(i32.fromI64(i64.trailingZeros(i64.or(bitsAt(layout.blanks), i64.const(1n << 57n))))),
      ...tokenEnd.set(i32.add(tokenEnd.get, length.get)),
      // As many bits as are known: the token may go on.
      ...branchIf(i32.eq(length.get, int(57)), again),
    ]),
    ...when(i32.lessThan(end.get, tokenEnd.get), tokenEnd.set(end.get)),
  ];

  const recallOrScanToken = ({ findKey, recall, remember }: Memo): Code => [
    ...findTokenEnd,
    ...findKey,
    ...when(recall, at.set(tokenEnd.get), [
      // What comes after the last token is not known.
      ...keep.set(i32.lessThan(tokenEnd.get, end.get)),
      ...scanToken,
      ...when(keep.get, remember),
    ]),
  ];

  const scan: Code = [
    ...tokens.set(int(0)),
    ...masks.set(int(0)),
    ...sign.set(int(2)),
    ...shape.set(i64.const(seed)),
    ...rest.set(i32.lessThan(int(MAX_BYTES), i32.sub(end.get, at.get))),
    ...when(rest.get, end.set(i32.add(at.get, int(MAX_BYTES)))),
    ...block((done) =>
      loop((nextToken) => [
        ...loop((again) => [
          ...branchIf(i32.atLeast(at.get, end.get), done),
          ...cls.set(classAt(at.get)),
          ...when(isBlank(cls), [...increment(at), ...branch(again)]),
        ]),
        ...when(i32.eq(tokens.get, int(MAX_TOKENS - 1)), [...rest.set(int(1)), ...branch(done)]),
        ...(memo ? recallOrScanToken(memo) : scanToken),
        ...endToken,
        ...branch(nextToken),
      ]),
    ),
    ...when(rest.get, [
      ...shape.set(i64.xor(shape.get, i64.const(REST))),
      ...remembering([...hash.set(i64.const(0n)), ...writeHash]),
    ]),
  ];
  return { at, end, scan, tokens, masks, rest, shape, written };
}

// --- internal ---

const int = i32.const;
const AT_SIGN = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;
