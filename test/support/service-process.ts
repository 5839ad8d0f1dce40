import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { ServiceChildMessage, ServiceChildOptions } from './service-child.ts';

/** A live service in a process of its own. */
export interface ServiceProcess {
  /** What it told last. */
  readonly told: ServiceChildMessage;
  /** The next thing that it tells; fails when it has ended. */
  next(): Promise<ServiceChildMessage>;
  /** `kill -9`; settles when it is gone. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Starts the compiled `service-child.ts` and waits until it takes lines in. */
export async function startServiceProcess(program: string, options: ServiceChildOptions): Promise<ServiceProcess> {
  const child: ChildProcess = fork(program, [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let told: ServiceChildMessage = { phase: 'starting', lines: 0, error: null };
  const waiting = new Set<{ resolve(message: ServiceChildMessage): void; reject(error: Error): void }>();
  const gone = once(child, 'exit');
  child.on('message', (message: ServiceChildMessage) => {
    told = message;
    for (const { resolve } of waiting) resolve(message);
    waiting.clear();
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting) reject(new Error(`the service ended: ${code ?? signal}`));
    waiting.clear();
  });
  const next = (): Promise<ServiceChildMessage> =>
    new Promise((resolve, reject) => {
      if (child.exitCode !== null || child.signalCode !== null) reject(new Error('the service has ended'));
      else waiting.add({ resolve, reject });
    });
  await next();
  return {
    get told() {
      return told;
    },
    next,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code, signal] = await gone;
      if (code !== 0) throw new Error(`the service ended with ${code ?? signal}`);
    },
  };
}

/** Ports that nobody has at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
