/** A thread that is told which logs to read, and then renders the rows of batches that it is asked for. */
import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { createParser, decodeParser, structuredWriter } from '../parse/index.ts';
import { asLearned, batchesByNumber } from '../read/index.ts';
import { type FromRenderer, type RenderTask, sendError, type ToRenderer } from './messages.ts';

const port = parentPort!;
const messages = on(port, 'message');
// Most parsers have the masks that this compiles, and there is time for it now.
createParser('drain');

async function main({ paths, reading, parser, parameters }: RenderTask): Promise<void> {
  const fields = new Map<number, Uint8Array>();
  const write = structuredWriter(decodeParser(parser), { parameters }, (number) => fields.get(number)!);
  const batches = batchesByNumber(paths, reading);
  for await (const [message] of messages) {
    const { batch, fields: fresh, spare, ...learned } = message as ToRenderer;
    for (const [number, bytes] of fresh) fields.set(number, bytes);
    const written = write(asLearned(await batches.batch(batch), learned), learned.numbers);
    const memory = spare && spare.byteLength >= written.length ? spare : new ArrayBuffer(written.length);
    const rows = new Uint8Array(memory, 0, written.length);
    rows.set(written);
    post({ rows }, [memory]);
  }
}

function post(message: FromRenderer, memory: ArrayBuffer[] = []): void {
  port.postMessage(message, memory);
}

try {
  await main((await messages.next()).value[0] as RenderTask);
} catch (error) {
  post({ failed: sendError(error) });
}
