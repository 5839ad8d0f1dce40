import { type BlockBuilder, wholeCharacters } from './block-builder.ts';
import type { FeedCounts } from './counts.ts';
import { beforeLineEnd, type LineSink } from './framer.ts';

/** Puts the lines of a framer into a block; `begin` says when and from whom they come. */
export function lineSink(
  builder: BlockBuilder,
  counts: FeedCounts,
): LineSink & { begin(received: number, peer: string): void } {
  let received = 0;
  let peer = '';
  return {
    begin: (at, from) => {
      received = at;
      peer = from;
    },
    copy: builder.copy,
    trim: builder.trim,
    line: (start, end, length, offset) => builder.add(start, end, length, offset, received, peer),
    message: (start, end, length, offset) => {
      const bytes = builder.view();
      if (bytes.subarray(start, end).includes(LF)) {
        counts.foldedLines++;
        // One byte for one byte, so that lengths stay those of the message.
        for (let p = start; p < end; p++) if (bytes[p] === LF || bytes[p] === CR) bytes[p] = BLANK;
      }
      builder.add(start, end, length, offset, received, peer);
    },
    partial: () => {
      counts.partialLines++;
    },
  };
}

/** Takes a message that came as a whole. */
export function putMessage(sink: LineSink, message: Uint8Array, lineLimit: number): void {
  const length = beforeLineEnd(message, 0, message.length);
  const end = length > lineLimit ? wholeCharacters(message, 0, lineLimit) : length;
  const at = sink.copy(message, 0, end);
  sink.copy(LINE_END, 0, 1);
  sink.message(at, at + end, length, 0);
}

// --- internal ---

const LINE_END = Uint8Array.of(0x0a);

const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
