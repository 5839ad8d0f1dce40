import { createParser } from '../src/parse/index.ts';
import { openLogs } from '../src/read/index.ts';
import { startScanThreads } from '../src/workers/index.ts';

/** What one run came to. */
export interface Run {
  readonly lines: number;
  readonly seconds: number;
  readonly templates: number;
  readonly peakMegabytes: number;
}

async function run(path: string, name: string, threads: number): Promise<Run> {
  const started = performance.now();
  const scanning = threads > 1 ? startScanThreads(threads - 1) : undefined;
  const parser = createParser(name, { entities: false });
  let lines = 0;
  if (scanning) {
    const logs = await scanning.open([path], {}, parser.program);
    for await (const { batch, scanned } of logs.batches()) lines += parser.parse(batch, scanned).count;
  } else {
    const reader = await openLogs([path], { transient: true });
    for await (const batch of reader.batches()) lines += parser.parse(batch).count;
  }
  return {
    lines,
    seconds: (performance.now() - started) / 1000,
    templates: parser.templates().length,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

// The process of one run of `bench/parse.ts`; a run before the one that counts warms it up.
if (process.send) {
  const [path = '', parser = '', threads = '1'] = process.argv.slice(2);
  await run(path, parser, Number(threads));
  process.send(await run(path, parser, Number(threads)));
}
