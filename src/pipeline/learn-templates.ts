import { createParser, type Parser } from '../parse/index.ts';
import { openLogs } from '../read/index.ts';
import type { IngestOptions } from './ingest.ts';

/**
 * A parser that knows the templates of the first events of logs alone, as if the log had
 * ended there: what comes later has no part in them.
 *
 * @param rows how many events, in the order of the event table of `ingest` with the same options
 * @throws CaracalError as `openLogs`
 */
export async function learnTemplates(
  paths: readonly string[],
  rows: number,
  options: Pick<IngestOptions, 'read' | 'parserName' | 'parsing'>,
): Promise<Parser> {
  const parser = createParser(options.parserName ?? 'drain', options.parsing);
  const reader = await openLogs(paths, options.read);
  let left = rows;
  for await (const batch of reader.batches()) {
    if (left <= 0) break;
    parser.parse({ ...batch, count: Math.min(batch.count, left) });
    left -= batch.count;
  }
  return parser;
}
