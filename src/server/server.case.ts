import { afterAll, beforeAll } from 'vitest';
import { createFakeLiveService, type FakeLiveService } from '../../test/support/fake-live-service.ts';
import { createManualClock, type ManualClock } from '../../test/support/manual-clock.ts';
import { workspace } from '../../test/support/workspace.ts';
import { openStore, type Store, type TokenRole } from '../store/index.ts';
import { type App, type AppDependencies, createApp } from './index.ts';

/** An app on a store of its own, and people to ask it as. */
export interface TestServer {
  readonly app: App;
  readonly store: Store;
  readonly service: FakeLiveService;
  readonly clock: ManualClock;
  /** What `onError` was told. */
  readonly errors: unknown[];
  /** Secrets of tokens, by role. */
  readonly tokens: Readonly<Record<TokenRole | 'expired', string>>;
  /** Asks for a path, with the token of a role where one is given. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
}

export interface AskOptions {
  readonly as?: TokenRole | 'expired' | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Call it at the top of a test file; the server is there when the tests run. */
export function testServer(change: Partial<AppDependencies> = {}): TestServer {
  const { path } = workspace();
  const clock = createManualClock();
  const errors: unknown[] = [];
  const server = { clock, errors } as { -readonly [K in keyof TestServer]: TestServer[K] };
  beforeAll(async () => {
    server.store = await openStore(path('server.db'), { now: clock.now });
    server.service = createFakeLiveService(server.store, clock.now);
    const secretOf = async (role: TokenRole, expires: number | null = null): Promise<string> =>
      (await server.store.tokens.issue({ name: role, role, author: 'test', expires })).secret;
    server.tokens = {
      sender: await secretOf('sender'),
      viewer: await secretOf('viewer'),
      analyst: await secretOf('analyst'),
      admin: await secretOf('admin'),
      expired: await secretOf('admin', clock.now() - 1),
    };
    server.app = createApp({
      ...{ store: server.store, service: server.service, version: '0.0.0-test', clock },
      retryNotification: async ({ id }) => server.store.deadLetters.delivered(id),
      onError: (error) => errors.push(error),
      ...change,
      limits: { passwordCost: 4, ...change.limits },
    });
  });
  server.ask = (method, url, { as, body, headers = {} } = {}) => {
    const all = new Headers(headers);
    if (as !== undefined && !all.has('authorization')) all.set('authorization', `Bearer ${server.tokens[as]}`);
    if (body !== undefined && !all.has('content-type')) all.set('content-type', 'application/json');
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return server.app.fetch(new Request(`http://127.0.0.1:7007${url}`, { method, headers: all, ...init }));
  };
  afterAll(async () => {
    server.app.close();
    await server.store.close();
  });
  return server;
}
