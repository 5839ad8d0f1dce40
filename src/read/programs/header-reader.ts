import { LEVEL_UNKNOWN } from '../../types.ts';
import { wasmInstance } from '../../util/wasm.ts';
import type { FastHeader } from '../formats/format.ts';
import type { BlockWords, SourceNames } from '../names.ts';
import { BLOCK_LAYOUT, type BlockMemory, MOST_WORDS } from './block-memory.ts';
import { headerProgram } from './header-program.ts';
import { createTimestampPattern } from './timestamp-pattern.ts';

/** Reads the headers of most lines of a source many at a time. */
export interface HeaderReader {
  /** A block whose first line has this number begins; its first byte has this offset in the stream. */
  begin(number: number, offset: number): void;
  /**
   * Whether each record that was read of this block, and not by the parser, has a time, and none
   * is earlier than the one read before it or later than `latest`.
   */
  readonly orderly: boolean;
  /**
   * Reads lines from `line` on, up to `count`, into the columns of the memory from `row` on, each
   * as one record; returns the first line that is left to the parser, or `count`.
   */
  read(line: number, count: number, row: number): number;
  /** Told after the parser has read a line that was left to it. */
  learn(): void;
}

/** A reader of lines in this memory. */
export function createHeaderReader(
  block: BlockMemory,
  header: FastHeader,
  names: SourceNames,
  latest: number,
): HeaderReader {
  const { columns, levelWords, words, wordBytes, wordPlaces, wordSlots } = block;
  const { host, app, level } = columns;
  const program = wasmInstance(headerProgram(header.code), block.memory) as HeaderInstance;
  const pattern = createTimestampPattern(block);
  pattern.clear();
  const disorder = block.ints(BLOCK_LAYOUT.disorder, 1);
  block.doubles(BLOCK_LAYOUT.lastTime, 1)[0] = Number.NEGATIVE_INFINITY;
  block.doubles(BLOCK_LAYOUT.latestTime, 1)[0] = latest;
  const blockWords: BlockWords = {
    number: program.word,
    most: MOST_WORDS,
    packed: () => {
      const ends = wordPlaces.slice(1, words[0]! + 1);
      return { bytes: wordBytes.slice(0, ends.at(-1) ?? 0), ends };
    },
  };
  /** Words are names. */
  const direct = names.useWords !== undefined;
  /** What the words of the block stand for, `UNKNOWN` where nobody has asked. */
  const nameOf = new Int32Array(MOST_WORDS).fill(UNKNOWN);
  const levelOf = new Int32Array(MOST_WORDS).fill(UNKNOWN);
  let number = 0;
  let offset = 0;

  const nameAt = (word: number): number => {
    const known = nameOf[word]!;
    if (known !== UNKNOWN) return known;
    const name = names.intern(wordBytes, wordPlaces[word]!, wordPlaces[word + 1]!);
    nameOf[word] = name;
    return name;
  };
  const levelAt = (word: number): number => {
    const known = levelOf[word]!;
    if (known !== UNKNOWN) return known;
    const found = header.levelAt(wordBytes, wordPlaces[word]!, wordPlaces[word + 1]!);
    levelOf[word] = found;
    return found;
  };

  return {
    begin: (firstNumber, firstOffset) => {
      names.useWords?.(blockWords);
      number = firstNumber;
      offset = firstOffset;
      wordSlots.fill(0);
      nameOf.fill(UNKNOWN, 0, words[0]);
      levelOf.fill(UNKNOWN, 0, words[0]);
      words[0] = 0;
      disorder[0] = 0;
    },
    get orderly() {
      return disorder[0] === 0;
    },
    read: (line, count, row) => {
      const reached = program.read(line, count, row, number, offset);
      const behind = row + reached - line;
      for (let r = row; r < behind && !direct; r++) {
        if (host[r]! >= 0) host[r] = nameAt(host[r]!);
        if (app[r]! >= 0) app[r] = nameAt(app[r]!);
      }
      if (header.code.levelWords) {
        for (let r = row; r < behind; r++) level[r] = levelWords[r]! < 0 ? LEVEL_UNKNOWN : levelAt(levelWords[r]!);
      }
      return reached;
    },
    learn: () => {
      const moment = header.timestamp();
      if (moment) pattern.learn(moment, header.clock.stretch(moment));
    },
  };
}

// --- internal ---

const UNKNOWN = -0x80000000;

interface HeaderInstance {
  word(from: number, to: number): number;
  read(line: number, count: number, row: number, number: number, offset: number): number;
}
