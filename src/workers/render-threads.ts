import { on } from 'node:events';
import { type StructuredOptions, structuredWriter, templateFieldsOf } from '../parse/index.ts';
import { asLearned, everyNthBatch, type RenderRows } from '../pipeline/structured-rows.ts';
import { type FromRenderer, type RenderTask, receiveError, type ToRenderer } from './messages.ts';
import { startThread } from './start-thread.ts';

/** Threads that render, once. */
export interface RenderThreads {
  /**
   * `renderRows` with these threads. Each reads the logs by itself and renders its share of
   * the batches, as this one does; what comes out is the same, in the same order.
   */
  readonly render: RenderRows;
  close(): Promise<void>;
}

/** Starts so many threads that render. They take a fifth of a second to start, so this is best done early. */
export function startRenderThreads(count: number): RenderThreads {
  const others = Array.from({ length: count }, startRenderer);
  const close = async (): Promise<void> => {
    await Promise.all(others.map((other) => other.close()));
  };
  const render: RenderRows = async function* (paths, reading, parser, numbers, options) {
    const parts = count + 1;
    const encoded = parser.encode();
    const fieldsOf = templateFieldsOf(parser);
    const write = structuredWriter(parser, options, fieldsOf);
    const own = everyNthBatch(paths, reading, 0, parts);
    others.forEach((other, i) => {
      other.begin({ paths, reading, parser: encoded, options: plain(options), part: i + 1, parts });
    });
    /** Batches that were handed out and not given out, in their order. */
    const waiting: (() => Promise<Uint8Array>)[] = [];
    let handedOut = 0;
    const handOut = (part: Int32Array): void => {
      const other = others[(handedOut++ % parts) - 1];
      waiting.push(
        other ? other.render(part, fieldsOf) : async () => write(asLearned((await own.next()).value, part), part),
      );
    };
    try {
      for await (const part of numbers) {
        handOut(part);
        if (waiting.length === AHEAD * parts) yield await waiting.shift()!();
      }
      while (waiting.length > 0) yield await waiting.shift()!();
    } finally {
      await own.return(undefined);
      await close();
    }
  };
  return { render, close };
}

// --- internal ---

/** Batches of each thread that are handed out at a time. */
const AHEAD = 3;

interface Renderer {
  begin(task: RenderTask): void;
  /** Asks for the rows of its next batch; call what comes back to wait for them. */
  render(numbers: Int32Array, fieldsOf: (number: number) => Uint8Array): () => Promise<Uint8Array>;
  close(): Promise<unknown>;
}

function startRenderer(): Renderer {
  const thread = startThread(import.meta.url, 'render-thread', undefined);
  const replies = on(thread, 'message');
  const met = new Set<number>();
  const next = async (): Promise<Uint8Array> => {
    const reply = (await replies.next()).value[0] as FromRenderer;
    if (!reply.rows) throw receiveError(reply.failed);
    return reply.rows;
  };
  return {
    begin: (task) => thread.postMessage(task),
    render: (numbers, fieldsOf) => {
      const fields = new Map<number, Uint8Array>();
      for (const number of numbers) {
        if (met.has(number)) continue;
        met.add(number);
        fields.set(number, fieldsOf(number));
      }
      const message: ToRenderer = { numbers, fields };
      thread.postMessage(message);
      return next;
    },
    close: () => thread.terminate(),
  };
}

/** Without what cannot be sent. */
function plain({ parameters }: StructuredOptions): StructuredOptions {
  return { parameters };
}
