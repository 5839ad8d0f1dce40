import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { selfSigned } from '../../test/support/self-signed.ts';
import {
  type Feed,
  followedFile,
  httpPush,
  type ListeningFeed,
  type PushFeed,
  type PushRequest,
  standardInput,
  syslogTcp,
  syslogUdp,
} from './index.ts';
import { type SourceCase, type SourceWorld, sourceCases } from './source.case.ts';

const LF = Buffer.of(0x0a);

function stream(lines: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), LF]));
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

function fileWorld(): SourceWorld {
  const clock = createManualClock();
  const folder = mkdtempSync(join(tmpdir(), 'caracal-follow-'));
  const path = join(folder, 'app.log');
  const feeds: Feed[] = [];
  writeFileSync(path, '');
  return {
    clock,
    open: async (position, bounds) => {
      const feed = await followedFile(path, bounds).open(position, { clock });
      feeds.push(feed);
      return feed;
    },
    send: async (lines) => appendFileSync(path, stream(lines)),
    next: (feed) => clock.until(feed.next()),
    end: async () => {
      for (const feed of feeds) await feed.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function stdinWorld(): SourceWorld {
  const clock = createManualClock();
  const input = new PassThrough({ highWaterMark: 4096 });
  return {
    clock,
    open: (position, bounds) => standardInput({ ...bounds, stream: input }).open(position, { clock }),
    send: async (lines) => {
      if (!input.write(stream(lines))) await once(input, 'drain');
    },
    next: (feed) => feed.next(),
    end: async () => {
      input.destroy();
    },
  };
}

/** A world whose sender has one connection to the feed that was opened last. */
function connectedWorld(
  open: (...given: Parameters<SourceWorld['open']>) => Promise<ListeningFeed>,
  dial: (port: number) => Socket,
  clock: SourceWorld['clock'],
): SourceWorld {
  const feeds: ListeningFeed[] = [];
  let socket: Socket | undefined;
  return {
    clock,
    open: async (position, bounds) => {
      socket?.destroy();
      socket = undefined;
      const feed = await open(position, bounds);
      feeds.push(feed);
      return feed;
    },
    send: async (lines) => {
      if (!socket) {
        socket = dial(feeds.at(-1)?.address.port ?? 0);
        socket.on('error', () => {});
      }
      await written(socket, stream(lines));
    },
    next: (feed) => feed.next(),
    end: async () => {
      socket?.destroy();
      for (const feed of feeds) await feed.close();
    },
  };
}

function tcpWorld(): SourceWorld {
  const clock = createManualClock();
  return connectedWorld(
    (position, bounds) => syslogTcp({ port: 0, ...bounds }).open(position, { clock }),
    (port) => connect({ port, host: '127.0.0.1' }),
    clock,
  );
}

function tlsWorld(): SourceWorld {
  const clock = createManualClock();
  const folder = mkdtempSync(join(tmpdir(), 'caracal-tls-'));
  const { key, cert } = selfSigned('127.0.0.1');
  const tls = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') };
  writeFileSync(tls.key, key);
  writeFileSync(tls.cert, cert);
  const world = connectedWorld(
    (position, bounds) => syslogTcp({ port: 0, tls, ...bounds }).open(position, { clock }),
    (port) => connectTls({ port, host: '127.0.0.1', ca: cert }),
    clock,
  );
  return {
    ...world,
    end: async () => {
      await world.end();
      rmSync(folder, { recursive: true });
    },
  };
}

function udpWorld(): SourceWorld {
  const clock = createManualClock();
  const feeds: ListeningFeed[] = [];
  const sender = createSocket('udp4');
  return {
    clock,
    open: async (position, bounds) => {
      const feed = await syslogUdp({ port: 0, ...bounds }).open(position, { clock });
      feeds.push(feed);
      return feed;
    },
    send: async (lines) => {
      const port = feeds.at(-1)?.address.port ?? 0;
      for (const line of lines) {
        await new Promise<void>((resolve, reject) => {
          sender.send(Buffer.concat([Buffer.from(line), LF]), port, '127.0.0.1', (error) =>
            error ? reject(error) : resolve(),
          );
        });
      }
    },
    next: (feed) => feed.next(),
    end: async () => {
      sender.close();
      for (const feed of feeds) await feed.close();
    },
  };
}

/** A sender that keeps what is not answered with 2xx, in its order. */
function pushWorld(): SourceWorld {
  const clock = createManualClock();
  let feed: PushFeed | undefined;
  let unanswered: PushRequest[] = [];
  let keys = 0;
  const post = (request: PushRequest): void => {
    unanswered.push(request);
    void feed?.handle(request).then(({ status }) => {
      if (status === 200) unanswered = unanswered.filter((other) => other !== request);
    });
  };
  return {
    clock,
    open: async (position, bounds) => {
      feed = await httpPush(bounds).open(position, { clock });
      return feed;
    },
    send: async (lines) => {
      const body = stream(lines);
      post({
        method: 'POST',
        url: '/push',
        headers: { 'content-type': 'text/plain', 'idempotency-key': `key ${keys++}` },
        body: {
          [Symbol.asyncIterator]: async function* () {
            yield body;
          },
        },
        peer: '127.0.0.1',
      });
    },
    resend: async () => {
      const again = unanswered;
      unanswered = [];
      for (const request of again) post(request);
    },
    next: (given) => given.next(),
    end: async () => {
      await feed?.close();
    },
  };
}

const cases: readonly SourceCase[] = [
  { name: 'a followed file', afterKill: 'once', whenFull: 'waits', peers: false, begin: fileWorld },
  { name: 'standard input', afterKill: 'gap', whenFull: 'waits', peers: false, endsWithInput: true, begin: stdinWorld },
  { name: 'syslog over TCP', afterKill: 'gap', whenFull: 'waits', peers: true, begin: tcpWorld },
  { name: 'syslog over TLS', afterKill: 'gap', whenFull: 'waits', peers: true, begin: tlsWorld },
  { name: 'syslog over UDP', afterKill: 'gap', whenFull: 'drops', peers: true, begin: udpWorld },
  { name: 'HTTP push', afterKill: 'once', whenFull: 'waits', peers: true, begin: pushWorld },
];

for (const each of cases) sourceCases(each);
