import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock, nextTurn, turnsUntil } from '../../test/support/manual-clock.ts';
import { selfSigned } from '../../test/support/self-signed.ts';
import { detectFormat } from '../read/index.ts';
import {
  type Feed,
  type ListeningFeed,
  type Notice,
  type SyslogTcpOptions,
  standardInput,
  syslogTcp,
  syslogUdp,
} from './index.ts';
import { linesOf, takeLines } from './source.case.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const world = { next: (feed: Feed) => feed.next() };

async function listening(
  options: Partial<SyslogTcpOptions> = {},
): Promise<{ feed: ListeningFeed; clock: ManualClock }> {
  const clock = createManualClock();
  const feed = await syslogTcp({ port: 0, ...options }).open(null, { clock });
  ends.push(() => feed.close());
  return { feed, clock };
}

async function dial({ address }: ListeningFeed): Promise<Socket> {
  const socket = connect(address.port, address.host);
  socket.on('error', () => {});
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Reads on until there is a notice for which `wanted` holds. */
async function hear(feed: Feed, wanted: (notice: Notice) => boolean): Promise<Notice> {
  for (;;) {
    const item = await feed.next();
    if (item === null) throw new Error('the feed ended');
    item.done();
    if (item.type === 'notice' && wanted(item.notice)) return item.notice;
  }
}

/** Waits for the end of a connection, whatever ends it. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
  });
}

describe('syslog over TCP', () => {
  it.each([
    ['rfc3164', "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8"],
    ['rfc5424', "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts."],
  ])('gives lines that are read as %s', async (format, text) => {
    const { feed } = await listening();
    const sender = await dial(feed);
    sender.write(`${text.length} ${text}${text}\n`);
    const { deliveries, lines } = await takeLines(world, feed, 2);
    expect(lines).toEqual([text, text]);
    const { bytes, starts, ends } = deliveries[0] ?? { bytes: new Uint8Array(), starts: [], ends: [] };
    expect(detectFormat({ bytes, starts: [...starts], ends: [...ends] }).format.name).toBe(format);
  });

  it('closes a connection whose count of octets is absurd, says so, and serves the others', async () => {
    const { feed } = await listening();
    const liar = await dial(feed);
    const sender = await dial(feed);
    liar.write('999999999 <1>x');
    expect(await hear(feed, ({ type }) => type === 'frame')).toMatchObject({ reason: 'oversized', count: 1 });
    await closed(liar);
    sender.write('<1>still here\n');
    expect((await takeLines(world, feed, 1)).lines).toEqual(['<1>still here']);
    expect(feed.counts()).toMatchObject({ badFrames: 1, partialLines: 1, connections: 1, connectionsOpened: 2 });
  });

  it('keeps a line that has begun when its connection ends', async () => {
    const { feed } = await listening();
    const sender = await dial(feed);
    sender.end('<1>whole\n<1>half');
    expect((await takeLines(world, feed, 2)).lines).toEqual(['<1>whole', '<1>half']);
    expect(feed.counts().partialLines).toBe(1);
  });

  it('refuses connections beyond the bound, and counts them', async () => {
    const { feed } = await listening({ maxConnections: 2 });
    await dial(feed);
    await dial(feed);
    await turnsUntil(() => feed.counts().connections === 2);
    const third = await dial(feed);
    await closed(third);
    expect(await hear(feed, (notice) => notice.type === 'connection' && notice.reason === 'refused')).toMatchObject({
      count: 1,
    });
    expect(feed.counts()).toMatchObject({ connections: 2, connectionsRefused: 1 });
  });

  it('closes a connection that does not finish a frame in time', async () => {
    const { feed, clock } = await listening({ frameTimeout: 5000 });
    const slow = await dial(feed);
    slow.write('<1>whole\n<1>slow');
    expect((await takeLines(world, feed, 1)).lines).toEqual(['<1>whole']);
    for (let i = 0; i < 6; i++) {
      const { bytes } = feed.counts();
      slow.write('.');
      await nextTurn();
      clock.advance(1000);
      expect(feed.counts().bytes).toBeGreaterThanOrEqual(bytes);
    }
    await closed(slow);
    expect((await takeLines(world, feed, 1)).lines[0]).toMatch(/^<1>slow\.*$/);
    expect(feed.counts()).toMatchObject({ connections: 0, connectionsTimedOut: 1, partialLines: 1 });
  });

  it('closes a connection that is silent for too long, as one that is half open', async () => {
    const { feed, clock } = await listening({ idleTimeout: 60_000 });
    const silent = await dial(feed);
    silent.write('<1>one\n');
    await takeLines(world, feed, 1);
    for (let second = 0; second < 59; second++) clock.advance(1000);
    expect(feed.counts().connections).toBe(1);
    clock.advance(1000);
    expect(await hear(feed, (notice) => notice.type === 'connection' && notice.reason === 'idle')).toBeDefined();
    expect(feed.counts()).toMatchObject({ connections: 0, connectionsTimedOut: 1 });
  });

  it('tells a new connection from one that comes back', async () => {
    const { feed } = await listening();
    const first = await dial(feed);
    expect(await hear(feed, ({ type }) => type === 'connection')).toMatchObject({ reason: 'opened' });
    first.end();
    expect(await hear(feed, ({ type }) => type === 'connection')).toMatchObject({ reason: 'closed' });
    await dial(feed);
    expect(await hear(feed, ({ type }) => type === 'connection')).toMatchObject({ reason: 'reconnected' });
  });

  it('makes one notice of many alike that nobody has read', async () => {
    const { feed } = await listening();
    for (let i = 0; i < 20; i++) {
      const socket = await dial(feed);
      socket.end();
      await closed(socket);
    }
    await turnsUntil(() => feed.counts().connections === 0 && feed.counts().connectionsOpened === 20);
    let notices = 0;
    let connections = 0;
    await feed.stop();
    for (let item = await feed.next(); item !== null; item = await feed.next()) {
      notices++;
      if (item.type === 'notice' && item.notice.type === 'connection') connections += item.notice.count;
    }
    expect(notices).toBeLessThanOrEqual(4);
    expect(connections).toBe(40);
  });

  it('does not read a sender whose lines nobody takes, however much it sends', async () => {
    const { feed } = await listening({ queueLines: 100 });
    const sender = await dial(feed);
    const line = `<1>${'x'.repeat(997)}\n`;
    let flushed = 0;
    for (let i = 0; i < 40; i++) sender.write(line.repeat(1000), () => flushed++);
    for (let turn = 0; turn < 2000; turn++) await nextTurn();
    expect(feed.counts().waitingLines).toBeLessThan(100 + 66);
    expect(flushed).toBeLessThan(40);
    const { lines } = await takeLines(world, feed, 40_000);
    expect(lines.length).toBe(40_000);
    expect(flushed).toBe(40);
  });

  it('says what to do where a port is taken', async () => {
    const { feed } = await listening();
    await expect(syslogTcp({ port: feed.address.port }).open(null)).rejects.toThrow(/EADDRINUSE.*take another port/);
  });
});

describe('syslog over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const save = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const server = selfSigned('127.0.0.1');
  const authority = { ...selfSigned('an authority'), name: 'an authority' };
  const client = selfSigned('a client', authority);
  const stranger = selfSigned('a stranger');
  const files = {
    key: save('key.pem', server.key),
    cert: save('cert.pem', server.cert),
    clientCa: save('ca.pem', authority.cert),
  };

  const secure = (feed: ListeningFeed, options: ConnectionOptions): ReturnType<typeof connectTls> => {
    const socket = connectTls({ host: '127.0.0.1', port: feed.address.port, ca: server.cert, ...options });
    socket.on('error', () => {});
    ends.push(() => socket.destroy());
    return socket;
  };

  it('lets in only senders whose certificate its authority signed', async () => {
    const { feed } = await listening({ tls: files });
    const refused = secure(feed, stranger);
    await closed(refused);
    const nobody = secure(feed, {});
    await closed(nobody);
    const known = secure(feed, client);
    known.write('9 <1>secret');
    const { lines } = await takeLines(world, feed, 1);
    expect(lines).toEqual(['<1>secret']);
    expect(feed.counts()).toMatchObject({ connectionsFailed: 2, connections: 1 });
  });

  it('closes what does not speak TLS, and what says nothing', async () => {
    const { feed, clock } = await listening({ tls: files, frameTimeout: 5000 });
    const plain = await dial(feed);
    plain.write('<34>Oct 11 22:14:15 mymachine su: plain text to a TLS port\n');
    await closed(plain);
    expect(feed.counts().connectionsFailed).toBe(1);
    const silent = await dial(feed);
    await turnsUntil(() => feed.counts().connections === 1);
    for (let second = 0; second < 6; second++) clock.advance(1000);
    await closed(silent);
    expect(feed.counts()).toMatchObject({ connections: 0, connectionsTimedOut: 1, lines: 0 });
  });

  it.each([
    ['a missing key', { key: join(folder, 'none.pem'), cert: files.cert }, /none\.pem cannot be read \(ENOENT\)/],
    ['a key of another certificate', { key: save('other.pem', stranger.key), cert: files.cert }, /belong together/],
    ['a certificate that is none', { key: files.key, cert: save('no.pem', 'hello') }, /belong together/],
  ])('says what is wrong with %s', async (_, tls, message) => {
    await expect(syslogTcp({ port: 0, tls }).open(null)).rejects.toThrow(message);
  });
});

describe('syslog over UDP', () => {
  it('makes one line of a datagram, and drops its line end', async () => {
    const feed = await syslogUdp({ port: 0 }).open(null, { clock: createManualClock() });
    ends.push(() => feed.close());
    const sender = createSocket('udp4');
    ends.push(() => sender.close());
    for (const text of ['<1>a\nb\n', '<2>c\r\n', '']) {
      await new Promise((resolve) => sender.send(text, feed.address.port, '127.0.0.1', resolve));
    }
    expect((await takeLines(world, feed, 3)).lines).toEqual(['<1>a b', '<2>c', '']);
    expect(feed.counts().foldedLines).toBe(1);
  });

  it.runIf(existsSync('/proc/net/udp'))('counts what the kernel dropped while this process was busy', async () => {
    const clock = createManualClock();
    const feed = await syslogUdp({ port: 0, receiveBuffer: 4096, queueLines: 1_000_000 }).open(null, { clock });
    ends.push(() => feed.close());
    const sender = createSocket('udp4');
    ends.push(() => sender.close());
    sender.connect(feed.address.port, '127.0.0.1');
    await once(sender, 'connect');
    const message = Buffer.alloc(1000, 'x');
    let left = 500;
    // All at once: this process cannot receive while it sends.
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 500; i++) sender.send(message, () => --left === 0 && resolve());
    });
    await feed.stop();
    let lines = 0;
    let dropped = 0;
    for (let item = await feed.next(); item !== null; item = await feed.next()) {
      if (item.type === 'lines') lines += item.count;
      else if (item.notice.type === 'drop') {
        expect(item.notice.reason).toBe('kernel');
        dropped += item.notice.lines;
      }
    }
    expect(dropped).toBeGreaterThan(0);
    expect(lines + dropped).toBe(500);
    expect(feed.counts().droppedLines).toBe(dropped);
  });
});

describe('standard input', () => {
  it('ends with its input, with a last line that has no end', async () => {
    const input = new PassThrough();
    const feed = await standardInput({ stream: input }).open(null);
    input.end('one\r\ntwo\nthree');
    const items = [];
    for (let item = await feed.next(); item !== null; item = await feed.next()) items.push(item);
    expect(items.flatMap((item) => (item.type === 'lines' ? linesOf(item) : item.notice.type))).toEqual([
      'one',
      'two',
      'three',
      'stopped',
    ]);
    const again = await standardInput({ stream: new PassThrough() }).open(items.at(-1)?.position ?? null);
    expect(again.counts().gaps).toBe(0);
  });

  it('tells of a gap when it was killed before its end', async () => {
    const input = new PassThrough();
    const feed = await standardInput({ stream: input }).open(null);
    input.write('one\n');
    const { deliveries } = await takeLines(world, feed, 1);
    await feed.close();
    const again = await standardInput({ stream: new PassThrough() }).open(deliveries[0]?.position ?? null);
    expect(await again.next()).toMatchObject({ notice: { type: 'gap', reason: 'killed' } });
  });
});
