import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRng } from '../../src/util/rng.ts';
import { faultLines } from '../support/fault-lines.ts';
import { createLogWriter } from '../support/log-writer.ts';
import type { ServiceChildOptions } from '../support/service-child.ts';
import { freePorts, type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { type Contents, contentsOf } from '../support/store-contents.ts';

/** A service that is killed again and again while lines come. */
export interface KillPlan {
  /** Compiled `service-child.ts`. */
  readonly program: string;
  readonly database: string;
  /** For the logs and models of this run. */
  readonly folder: string;
  readonly modelDirectory: string;
  readonly kills: number;
  /** SIGTERM instead of `kill -9`. */
  readonly gently?: boolean;
  readonly lines: number;
  readonly seed: number;
}

/** Share of the lines after which a flood of strange ones begins. */
const FLOODS = 0.002;
/** Lines of a write at most. */
const STEP = 80;
/** Lines that wait to be stored at most. */
const AHEAD = 400;

/** Follows a file that is renamed, and copied and truncated, in turn. */
export async function followThroughKills(plan: KillPlan): Promise<Contents> {
  const { folder, lines: count, seed } = plan;
  mkdirSync(folder, { recursive: true });
  const rng = createRng(seed + 1);
  const lines = faultLines(count, seed, FLOODS);
  const writer = createLogWriter(join(folder, 'shop.log'));
  const turns = Array.from({ length: 4 }, (_, i) => Math.round(((i + 1) * count) / 5));
  let written = 0;
  const write = (): void => {
    const until = Math.min(count, turns.find((turn) => turn > written) ?? count, written + 1 + rng.int(STEP));
    const text = `${lines.slice(written, until).join('\n')}\n`;
    // A writer's buffer ends anywhere.
    const cut = rng.int(text.length);
    writer.append(text.slice(0, cut));
    writer.append(text.slice(cut));
    written = until;
    const turn = turns.indexOf(written);
    if (turn >= 0) turn % 2 === 0 ? writer.rotate() : writer.copyAndTruncate();
  };
  await throughKills(plan, { file: writer.path }, async ({ told }) => {
    if (written < count && written - told.lines < AHEAD) write();
    return told.lines >= count;
  });
  return contentsOf(plan.database);
}

/** Numbers of the lines that were sent through it, and when the last of them was. */
export interface Connection {
  readonly numbers: number[];
  until: number;
}

/** What senders know after they sent. */
export interface Sent {
  readonly connections: readonly Connection[];
  readonly contents: Contents;
}

/** Takes requests with idempotency keys, which come again until they are answered, and syslog over TCP. */
export async function receiveThroughKills(plan: KillPlan): Promise<Sent> {
  const { folder, lines: count, seed } = plan;
  mkdirSync(folder, { recursive: true });
  const [push = 0, tcp = 0] = await freePorts(2);
  const rng = createRng(seed + 1);
  const lines = faultLines(count, seed, FLOODS);
  const others = faultLines(count, seed + 2);
  let pushed = 0;
  const pushing = (async () => {
    for (let key = 0; pushed < count; key++) {
      const until = Math.min(count, pushed + 1 + rng.int(STEP));
      const body = `${lines.slice(pushed, until).join('\n')}\n`;
      while (!(await isAccepted(push, `request ${key}`, body))) await delay(RETRY);
      pushed = until;
    }
  })();
  const connections: Connection[] = [];
  let sent = 0;
  let socket: Socket | undefined;
  const send = (): void => {
    if (!socket || socket.destroyed) {
      socket = connect(tcp, '127.0.0.1').on('error', () => {});
      connections.push({ numbers: [], until: 0 });
    }
    const until = Math.min(count, sent + 1 + rng.int(STEP));
    socket.write(
      `${others
        .slice(sent, until)
        .map((line) => `<38>${line}`)
        .join('\n')}\n`,
    );
    const connection = connections.at(-1);
    if (connection) connection.until = Date.now();
    for (; sent < until; sent++) connection?.numbers.push(sent);
  };
  await throughKills(plan, { push, tcp }, async ({ told }) => {
    if (sent < count && sent - told.lines < AHEAD) send();
    if (sent < count || pushed < count) return false;
    socket?.end();
    return true;
  });
  await pushing;
  return { connections, contents: await contentsOf(plan.database) };
}

// --- internal ---

/** Runs a service, which is killed after numbers of lines that the seed chooses, until `step` says that all is stored. */
async function throughKills(
  { program, database, folder, modelDirectory, kills, gently, lines, seed }: KillPlan,
  sources: Pick<ServiceChildOptions, 'file' | 'push' | 'tcp'>,
  step: (service: ServiceProcess) => Promise<boolean>,
): Promise<void> {
  const rng = createRng(seed);
  const points = Array.from({ length: kills }, () => Math.round(lines * (0.05 + 0.9 * rng.next()))).sort(
    (a, b) => a - b,
  );
  const options = { database, models: join(folder, 'models'), modelDirectory, checkpointEvery: 150, ...sources };
  let service = await startServiceProcess(program, options);
  const deadline = performance.now() + LONGEST;
  for (let over = false; !over; ) {
    if (performance.now() > deadline) throw new Error(`the service got no further: ${JSON.stringify(service.told)}`);
    over = await step(service);
    const [point] = points;
    if (point !== undefined && service.told.lines >= point) {
      points.shift();
      await (gently ? service.stop() : service.kill());
      await step(service);
      service = await startServiceProcess(program, options);
      over = false;
    } else await service.next();
  }
  await service.stop();
}

/** Time that a run may take, and between two attempts of a sender, ms. */
const LONGEST = 500_000;
const RETRY = 20;

function isAccepted(port: number, key: string, body: string): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'text/plain', 'idempotency-key': key };
    request({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      response.resume().on('close', () => resolve(response.statusCode === 200));
    })
      .on('error', () => resolve(false))
      .end(body);
  });
}
