/**
 * `service-child.ts OPTIONS`: a live service in a process of its own. It tells its parent
 * how many lines are durable, a hundred times a second, and stops in good order on SIGTERM.
 */
import { startService } from '../../src/service/index.ts';
import { openStore } from '../../src/store/index.ts';
import { followedFile, httpPushServer, type LiveSource, syslogTcp } from '../../src/stream/index.ts';

/** What it runs. */
export interface ServiceChildOptions {
  readonly database: string;
  readonly models: string;
  readonly modelDirectory?: string;
  readonly learnLines?: number;
  readonly file?: string;
  readonly push?: number;
  readonly tcp?: number;
  readonly checkpointEvery: number;
}

/** What it tells. */
export interface ServiceChildMessage {
  readonly phase: string;
  readonly lines: number;
  readonly error: string | null;
}

async function main(options: ServiceChildOptions): Promise<void> {
  const store = await openStore(options.database);
  const { file, push, tcp } = options;
  const sources: LiveSource[] = [
    ...(file === undefined ? [] : [followedFile(file, { pollInterval: 10, rotateWait: 100 })]),
    ...(push === undefined ? [] : [httpPushServer({ port: push, name: 'push' })]),
    ...(tcp === undefined ? [] : [syslogTcp({ port: tcp })]),
  ];
  const service = await startService({ ...options, store, sources });
  const tell = (): void => {
    const { phase, totals, error } = service.status();
    process.send?.({ phase, lines: totals.lines, error } satisfies ServiceChildMessage);
  };
  process.once('SIGTERM', () => {
    service.stop().catch(() => {});
  });
  const telling = setInterval(tell, 10);
  tell();
  await service.ended;
  clearInterval(telling);
  await store.close();
  process.disconnect?.();
}

if (process.argv[2] !== undefined) await main(JSON.parse(process.argv[2]));
