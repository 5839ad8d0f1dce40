import { createApp, hashPassword, hostsFor, listen } from '../../src/server/index.ts';
import { builtWeb } from './built-web.ts';
import { type SampleHouse, sampleHouse } from './sample-house.ts';
import { type SampleService, sampleService } from './sample-service.ts';

/** A dashboard on a port, over a sample house, with somebody of each role. */
export interface SampleServer {
  readonly url: string;
  readonly house: Pick<SampleHouse, 'store'>;
  readonly service: SampleService;
  /** The window that the simulated intrusion lies in. */
  readonly intrusion: SampleHouse['intrusion'];
  close(): Promise<void>;
}

/** Of everybody in the sample; their names are their roles. */
export const PASSWORD = 'correct horse';

/** Serves a house, the sample unless another is given. */
export async function sampleServer(given?: SampleHouse): Promise<SampleServer> {
  const webRoot = builtWeb();
  const house = given ?? (await sampleHouse());
  for (const role of ['viewer', 'analyst', 'admin'] as const) {
    // As cheap as a hash can be: these tests are not about it.
    await house.store.users.add({ name: role, role, passwordHash: await hashPassword(PASSWORD, 4) });
  }
  const service = await sampleService(house);
  const app = createApp({
    ...{ store: house.store, service, version: '0.0.0', webRoot, hosts: hostsFor('127.0.0.1') },
    // Tests log in more often than people do.
    limits: { login: { perSecond: 100, burst: 1000 } },
    retryNotification: async () => {},
    onError: (error) => console.error(error),
  });
  const listening = await listen(app, { port: 0, closeTimeout: 500 });
  return {
    ...{ url: listening.url, house, service, intrusion: house.intrusion },
    close: async () => {
      await listening.close();
      await house.remove();
    },
  };
}
