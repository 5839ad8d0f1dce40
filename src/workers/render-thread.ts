/** A thread that is told which logs to read, and then renders the rows of some of their batches. */
import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { createParser, decodeParser, structuredWriter } from '../parse/index.ts';
import { asLearned, everyNthBatch } from '../pipeline/structured-rows.ts';
import { type FromRenderer, type RenderTask, sendError, type ToRenderer } from './messages.ts';

const port = parentPort!;
const messages = on(port, 'message');
// Most parsers have the masks that this compiles, and there is time for it now.
createParser('drain');

async function main({ paths, reading, parser, options, part, parts }: RenderTask): Promise<void> {
  const fields = new Map<number, Uint8Array>();
  const write = structuredWriter(decodeParser(parser), options, (number) => fields.get(number)!);
  const batches = everyNthBatch(paths, reading, part, parts);
  for await (const [message] of messages) {
    const { numbers, fields: fresh } = message as ToRenderer;
    for (const [number, bytes] of fresh) fields.set(number, bytes);
    const rows = write(asLearned((await batches.next()).value, numbers), numbers).slice();
    post({ rows }, [rows.buffer]);
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
