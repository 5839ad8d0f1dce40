import { type Parser, type StructuredOptions, structuredWriter, templateFieldsOf } from '../parse/index.ts';
import { asLearned, batchesByNumber, type ReadOptions } from '../read/index.ts';
import type { LearnedBatch } from '../types.ts';
import { type FromRenderer, type RenderTask, receiveError, type ToRenderer } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Threads that render, once. */
export interface RenderThreads {
  /**
   * The rows of `structured.csv` of logs that `parser` has learned, as one thread makes
   * them, in the same order: each thread reads the logs by itself and renders the batches
   * that it is given, as this one does. A chunk holds until the next.
   *
   * @throws CaracalError as `openLogs`, `E_FILE_UNREADABLE` where the logs have changed since
   */
  render(
    paths: readonly string[],
    reading: ReadOptions,
    parser: Parser,
    learned: AsyncGenerator<LearnedBatch>,
    options: StructuredOptions,
  ): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** Starts so many threads that render. They take a fifth of a second to start, so this is best done early. */
export function startRenderThreads(count: number): RenderThreads {
  const others = Array.from({ length: count }, startRenderer);
  const close = async (): Promise<void> => {
    await Promise.all(others.map((other) => other.close()));
  };
  const render: RenderThreads['render'] = async function* (paths, reading, parser, learned, options) {
    const fieldsOf = templateFieldsOf(parser);
    const write = structuredWriter(parser, options, fieldsOf);
    const own = batchesByNumber(paths, reading);
    const task = { paths, reading, parser: parser.encode(), parameters: options.parameters };
    for (const other of others) other.begin(task);
    /** Batches that were handed out and not given out, in their order. */
    const waiting: (() => Promise<Uint8Array>)[] = [];
    let number = 0;
    const handOut = (part: LearnedBatch): void => {
      const batch = number++;
      // What is little is rendered faster than handed over.
      const free =
        part.numbers.length < FEW ? undefined : others.find(({ unfinished }) => unfinished < MOST_UNFINISHED);
      if (free) waiting.push(free.render(batch, part, fieldsOf));
      else waiting.push(async () => write(asLearned(await own.batch(batch), part), part.numbers));
    };
    try {
      for await (const part of learned) {
        handOut(part);
        if (waiting.length === AHEAD * (count + 1)) yield await waiting.shift()!();
      }
      while (waiting.length > 0) yield await waiting.shift()!();
    } finally {
      await own.close();
      await close();
    }
  };
  return { render, close };
}

// --- internal ---

/** Records of a batch that is worth another thread's attention. */
const FEW = 200;
/** Batches for each thread that are handed out at a time. */
const AHEAD = 4;
/** Batches that a thread has before it, so that it need not wait. */
const MOST_UNFINISHED = 2;

interface Renderer {
  /** Batches that it was asked for and has not rendered. */
  readonly unfinished: number;
  begin(task: RenderTask): void;
  /** Asks for the rows of a batch, later than those before; what comes back waits for them. */
  render(batch: number, learned: LearnedBatch, fieldsOf: (number: number) => Uint8Array): () => Promise<Uint8Array>;
  close(): Promise<unknown>;
}

function startRenderer(): Renderer {
  const thread = startThread(import.meta.url, 'render-thread', undefined);
  const met = new Set<number>();
  let unfinished = 0;
  const rendered: FromRenderer[] = [];
  let failure: Error | undefined;
  let wake = (): void => {};
  /** Memory of rows that nobody looks at any more. */
  let spare: ArrayBuffer | undefined;
  thread.on('message', (message: FromRenderer) => {
    unfinished--;
    rendered.push(message);
    wake();
  });
  thread.on('error', (error) => {
    failure = error;
    wake();
  });
  const next = async (): Promise<Uint8Array> => {
    while (rendered.length === 0 && !failure) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const message = rendered.shift();
    if (!message) throw failure;
    if (!message.rows) throw receiveError(message.failed);
    spare = message.rows.buffer as ArrayBuffer;
    return message.rows;
  };
  return {
    get unfinished() {
      return unfinished;
    },
    begin: (task) => thread.postMessage(task),
    render: (batch, learned, fieldsOf) => {
      const fields = new Map<number, Uint8Array>();
      for (const number of learned.numbers) {
        if (met.has(number)) continue;
        met.add(number);
        fields.set(number, fieldsOf(number));
      }
      const message: ToRenderer = { ...learned, batch, fields, spare };
      thread.postMessage(message, spare ? [spare] : []);
      spare = undefined;
      unfinished++;
      return next;
    },
    close: () => thread.terminate(),
  };
}
