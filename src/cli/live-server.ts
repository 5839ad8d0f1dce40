import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../files/index.ts';
import { createDispatcher } from '../notify/index.ts';
import { createApp, ensureAdmin, hostsFor, type Listening, listen, newAdmin } from '../server/index.ts';
import { type RunningService, type ServiceOptions, startService } from '../service/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { systemClock, type TlsFiles } from '../stream/index.ts';
import { createRng } from '../util/rng.ts';
import { keepHeapSmall } from './small-heap.ts';

/** What a live server is made of. */
export interface LiveServerOptions extends Omit<ServiceOptions, 'store' | 'notify' | 'onSettings'> {
  /** Path of a SQLite file, or URL of a PostgreSQL database. */
  readonly database: string;
  readonly host?: string | undefined;
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  /** Names that requests may be for, besides the address. */
  readonly names?: readonly string[];
  /** Make another token of an administrator, also where there is one. */
  readonly newToken?: boolean;
  /** Told of what broke in a request or a notification. */
  readonly onError: (what: string) => void;
}

/** A store, a service, notifications and an HTTP server that belong together. */
export interface LiveServer {
  readonly store: Store;
  readonly service: RunningService;
  readonly http: Listening;
  /** Secret of an administrator's token, on the first start or where it was asked for. */
  readonly firstToken: string | null;
  /** Ends in good order: what came is stored. */
  stop(): Promise<void>;
}

/** @throws CaracalError as `openStore`, `startService`, `listen` */
export async function openLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  keepHeapSmall();
  const store = await openStore(options.database);
  const closing: (() => Promise<unknown>)[] = [() => store.close()];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close().catch((error) => options.onError(String(error)));
  };
  try {
    const dispatcher = createDispatcher({
      ...{ targets: [], letters: store.deadLetters, clock: systemClock },
      rng: createRng(Date.now() % 2 ** 32),
    });
    closing.push(() => dispatcher.close());
    const service = await startService({
      ...options,
      store,
      notify: (message) => {
        if (message.type === 'alert' || message.type === 'window') dispatcher.notify(message);
      },
      onSettings: (settings) => dispatcher.change(settings.notify),
    });
    closing.push(() => service.stop());
    await dispatcher.resume();
    const app = createApp({
      ...{ store, service, version, secureCookies: options.tls !== undefined },
      hosts: hostsFor(options.host ?? '127.0.0.1', options.names),
      webRoot: webRoot(),
      retryNotification: async ({ id }) => {
        const failed = await dispatcher.retry(id);
        if (failed) throw failed;
      },
      onError: (error, { id, method, path }) =>
        options.onError(
          `${method} ${path} (${id}): ${error instanceof Error ? (error.stack ?? error.message) : error}`,
        ),
    });
    const http = await listen(app, { host: options.host, port: options.port, tls: options.tls });
    closing.push(() => http.close());
    // Last: a secret that nobody is shown would be lost.
    const firstToken = options.newToken === true ? await newAdmin(store) : await ensureAdmin(store);
    return { store, service, http, firstToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// --- internal ---

/** Folder of the dashboard's files, where it was built. */
function webRoot(): string | undefined {
  const places = ['../web', '../../dist/web'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return places.find((path) => existsSync(join(path, 'index.html')));
}
