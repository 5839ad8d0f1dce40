import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock, nextTurn, turnsUntil } from '../../test/support/manual-clock.ts';
import { selfSigned } from '../../test/support/self-signed.ts';
import { workspace } from '../../test/support/workspace.ts';
import { openLogs } from '../read/index.ts';
import {
  type Feed,
  type HttpPushOptions,
  httpPush,
  httpPushServer,
  type ListeningFeed,
  type PushFeed,
  type PushRequest,
  type PushResponse,
} from './index.ts';
import { takeLines } from './source.case.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const { write } = workspace();
const world = { next: (feed: Feed) => feed.next() };

async function open(
  options: HttpPushOptions = {},
): Promise<{ feed: PushFeed; clock: ReturnType<typeof createManualClock> }> {
  const clock = createManualClock();
  const feed = await httpPush(options).open(null, { clock });
  ends.push(() => feed.close());
  return { feed, clock };
}

async function* bodyOf(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body);
}

function post(
  body: string | Uint8Array,
  headers: PushRequest['headers'] = {},
  more: Partial<PushRequest> = {},
): PushRequest {
  return {
    method: 'POST',
    url: '/push',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body: bodyOf(body),
    peer: '10.0.0.7',
    ...more,
  };
}

const TEXT = { 'content-type': 'text/plain' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** Sends a request whose lines are committed at once; gives the answer and the lines. */
async function store(
  feed: PushFeed,
  request: PushRequest,
  lines: number,
): Promise<{ answer: PushResponse; lines: string[] }> {
  const answer = feed.handle(request);
  const taken = await takeLines(world, feed, lines);
  return { answer: await answer, lines: taken.lines };
}

/** How the `ndjson` format reads lines. */
async function records(lines: readonly string[]): Promise<object[]> {
  const reader = await openLogs([write(`pushed-${lines.length}.log`, `${lines.join('\n')}\n`)], { format: 'ndjson' });
  const found: object[] = [];
  for await (const batch of reader.batches()) {
    for (let i = 0; i < batch.count; i++) {
      found.push({
        time: batch.time[i],
        host: batch.strings.value(batch.host[i] ?? -1),
        app: batch.strings.value(batch.app[i] ?? -1),
        level: batch.level[i],
        message: Buffer.from(batch.bytes.subarray(batch.start[i], batch.end[i])).toString(),
      });
    }
  }
  return found;
}

/** Waits for the end of a connection, whatever ends it. */
function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
  });
}

describe('HTTP push', () => {
  it('answers when the lines are durable, not before', async () => {
    const { feed } = await open();
    let answered: PushResponse | undefined;
    const answer = feed.handle(post('{"a":1}\n{"a":2}')).then((response) => {
      answered = response;
    });
    const { deliveries, lines } = await takeLines(world, feed, 2, 'leave');
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(answered).toBeUndefined();
    deliveries[0]?.done();
    await answer;
    expect(lines).toEqual(['{"a":1}', '{"a":2}']);
    expect(answered).toMatchObject({ status: 200, body: '{"accepted":2}' });
  });

  it('tells the sender to come again when the lines could not be stored', async () => {
    const { feed } = await open();
    const answer = feed.handle(post('one'));
    const { deliveries } = await takeLines(world, feed, 1, 'leave');
    deliveries[0]?.failed(new Error('disk full'));
    expect(await answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect((await store(feed, post('one'), 1)).answer.status).toBe(200);
  });

  it('takes a request once, however often it comes with its key', async () => {
    const { feed } = await open();
    const request = (): PushRequest => post('one\ntwo', { 'idempotency-key': 'batch 17' });
    const both = [feed.handle(request()), feed.handle(request())];
    const { lines, deliveries } = await takeLines(world, feed, 2);
    const answers = [...(await Promise.all(both)), await feed.handle(request())];
    expect(lines).toEqual(['one', 'two']);
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([200, '{"accepted":2}']));
    expect(feed.counts()).toMatchObject({ requests: 3, duplicates: 2, lines: 2 });

    // Also after a restart, by what was committed.
    await feed.close();
    const again = await httpPush().open(deliveries.at(-1)?.position ?? null);
    ends.push(() => again.close());
    expect(await again.handle(request())).toMatchObject({ status: 200, body: '{"accepted":2}' });
    expect(again.counts().lines).toBe(0);
  });

  it('does not remember a key whose lines were not stored', async () => {
    const { feed } = await open();
    const request = (): PushRequest => post('one', { 'idempotency-key': 'k' });
    const first = feed.handle(request());
    const { deliveries } = await takeLines(world, feed, 1, 'leave');
    deliveries[0]?.failed(new Error('disk full'));
    expect((await first).status).toBe(503);
    expect((await store(feed, request(), 1)).lines).toEqual(['one']);
  });

  it('refuses a key that was used for something else, and forgets the oldest beyond its bound', async () => {
    const { feed } = await open({ rememberedKeys: 2 });
    for (const key of ['a', 'b']) await store(feed, post(key, { 'idempotency-key': key }), 1);
    expect(await feed.handle(post('other', { 'idempotency-key': 'a' }))).toMatchObject({ status: 422 });
    await store(feed, post('c', { 'idempotency-key': 'c' }), 1);
    expect((await store(feed, post('other', { 'idempotency-key': 'a' }), 1)).answer.status).toBe(200);
  });

  it('waits for room, and says when it was in vain', async () => {
    const { feed, clock } = await open({ queueLines: 2, roomTimeout: 5000 });
    const first = feed.handle(post('one\ntwo'));
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    const second = feed.handle(post('three'));
    const third = feed.handle(post('four'));
    clock.advance(4999);
    const { lines } = await takeLines(world, feed, 2);
    expect(lines).toEqual(['one', 'two']);
    expect((await takeLines(world, feed, 2)).lines).toEqual(['three', 'four']);
    expect((await Promise.all([first, second, third])).map(({ status }) => status)).toEqual([200, 200, 200]);

    const held = feed.handle(post('five\nsix'));
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    const late = feed.handle(post('seven'));
    clock.advance(5000);
    expect(await late).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    await takeLines(world, feed, 2);
    expect((await held).status).toBe(200);
  });

  it('says so when storing takes too long, and knows the request when it comes again', async () => {
    const { feed, clock } = await open({ answerTimeout: 10_000 });
    const request = (): PushRequest => post('one', { 'idempotency-key': 'k' });
    const first = feed.handle(request());
    const { deliveries } = await takeLines(world, feed, 1, 'leave');
    clock.advance(10_000);
    expect(await first).toMatchObject({ status: 503 });
    const second = feed.handle(request());
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    deliveries[0]?.done();
    expect((await second).status).toBe(200);
    expect(feed.counts()).toMatchObject({ lines: 1, duplicates: 1 });
  });

  it('does not wait for a body that does not come', async () => {
    const { feed, clock } = await open({ bodyTimeout: 30_000 });
    const silent = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      await new Promise(() => {});
    };
    const answer = feed.handle(post('', {}, { body: silent() }));
    await nextTurn();
    clock.advance(30_000);
    expect(await answer).toMatchObject({ status: 408 });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      throw new Error('aborted');
    };
    expect(await feed.handle(post('', {}, { body: broken() }))).toMatchObject({ status: 400 });
    expect(feed.counts()).toMatchObject({ requestsRefused: 2, lines: 0 });
  });

  it('reads gzip, within bounds', async () => {
    const { feed } = await open({ bodyLimit: 2_000_000 });
    const gzip = { 'content-encoding': 'gzip' };
    expect((await store(feed, post(gzipSync('one\ntwo\n'), gzip), 2)).lines).toEqual(['one', 'two']);
    const statuses = [];
    for (const body of [
      gzipSync(Buffer.alloc(3_000_000, 'x\n')),
      gzipSync(Buffer.alloc(1_900_000)),
      Buffer.from('no gzip'),
      gzipSync('one\ntwo\n').subarray(0, 12),
    ]) {
      statuses.push((await feed.handle(post(body, gzip))).status);
    }
    expect(statuses).toEqual([413, 413, 400, 400]);
  });

  it.each([
    ['a body that is too long', post('x'.repeat(1001)), 413, /1000 bytes.*batch size/],
    ['a length that is too long', post('x', { 'content-length': '1001' }), 413, /1000 bytes/],
    ['too many lines', post('\n'.repeat(70_000), { 'x-limit': '1' }), 413, /bytes|65536 lines/],
    ['snappy', post('x', { 'content-encoding': 'snappy' }), 415, /compression to gzip or none/],
    [
      'protobuf to Loki',
      post('x', { 'content-type': 'application/x-protobuf' }, { url: '/loki/api/v1/push' }),
      415,
      /Vector.*Promtail/,
    ],
    [
      'protobuf by OTLP',
      post('x', { 'content-type': 'application/x-protobuf' }, { url: '/v1/logs' }),
      415,
      /encoding: json/,
    ],
    ['XML', post('<x/>', { 'content-type': 'text/xml' }), 415, /text\/xml is not read.*application\/x-ndjson/],
    ['no content type', post('x', { 'content-type': undefined }), 415, /without a content type/],
    ['Latin-1', post('x', { 'content-type': 'text/plain; charset=iso-8859-1' }), 415, /iso-8859-1.*UTF-8/],
    ['GET', post('', {}, { method: 'GET' }), 405, /POST/],
    ['a web page', post('x', { origin: 'http://evil.example' }), 403, /web page/],
    ['broken JSON', post('{"a":', JSON_TYPE), 400, /is not JSON/],
    ['numbers', post('[{"a":1},2]', JSON_TYPE), 400, /\[1\] is neither/],
    ['an endless key', post('x', { 'idempotency-key': 'k'.repeat(256) }), 400, /255/],
    [
      'a broken Loki entry',
      post('{"streams":[{"stream":{},"values":[["now","x"]]}]}', JSON_TYPE),
      400,
      /streams\[0\]\.values\[0\]/,
    ],
    ['broken labels', post('{"streams":[{"stream":[],"values":[]}]}', JSON_TYPE), 400, /streams\[0\]\.stream/],
    [
      'a broken OTLP time',
      post('{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}', JSON_TYPE),
      400,
      /resourceLogs\[0\]\.scopeLogs\[0\]\.logRecords\[0\]\.timeUnixNano/,
    ],
  ])('refuses %s and says what to do', async (_, request, status, detail) => {
    const { feed } = await open({ bodyLimit: 1000 });
    const answer = await feed.handle(request);
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body)).toMatchObject({
      status,
      type: 'about:blank',
      detail: expect.stringMatching(detail),
    });
    expect(feed.counts()).toMatchObject({ requestsRefused: 1, lines: 0, waitingLines: 0 });
  });

  it('refuses more lines than a delivery holds, and takes as many', async () => {
    const { feed } = await open();
    expect(await feed.handle(post('\n'.repeat(65_537)))).toMatchObject({ status: 413 });
    expect((await store(feed, post('\n'.repeat(65_536)), 65_536)).answer).toMatchObject({ body: '{"accepted":65536}' });
  });

  it('is not brought down by JSON nested as deeply as a body can', async () => {
    const { feed } = await open();
    const depth = 500_000;
    const deep = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect((await feed.handle(post(deep, JSON_TYPE))).status).toBe(400);
  });

  it('takes JSON objects, alone or in an array, and texts', async () => {
    const { feed } = await open();
    const { lines, answer } = await store(feed, post('[{"a":1},"two\\nlines"]', JSON_TYPE), 2);
    expect(lines).toEqual(['{"a":1}', 'two lines']);
    expect(answer.body).toBe('{"accepted":2}');
    expect((await store(feed, post('{"b":2}', JSON_TYPE), 1)).lines).toEqual(['{"b":2}']);
    expect(await feed.handle(post('[]', JSON_TYPE))).toMatchObject({ status: 200, body: '{"accepted":0}' });
  });

  it("takes Loki's JSON form: time, labels and metadata become fields that ndjson reads", async () => {
    const { feed } = await open();
    const streams = [
      {
        stream: { nodename: 'web-1', unit: 'ssh.service', level: 'warn', ['__proto__']: 'y', message: 'a label' },
        values: [
          ['1490619600123456789', 'Failed password for root\nfrom 10.0.0.9', { trace: 'abc' }],
          ['1490619601000000000', 'Accepted'],
        ],
      },
    ];
    const { lines, answer } = await store(
      feed,
      post(JSON.stringify({ streams }), JSON_TYPE, { url: '/loki/api/v1/push' }),
      2,
    );
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      '@timestamp': '2017-03-27T13:00:00.123456789Z',
      trace: 'abc',
      'attribute.message': 'a label',
    });
    expect(lines[0]).toContain('"__proto__":"y"');
    const [first, second] = await records(lines);
    expect(first).toEqual({
      time: Date.UTC(2017, 2, 27, 13, 0, 0, 123),
      host: 'web-1',
      app: 'ssh.service',
      level: 4,
      message: 'Failed password for root from 10.0.0.9',
    });
    expect(second).toMatchObject({ time: Date.UTC(2017, 2, 27, 13, 0, 1), message: 'Accepted' });
  });

  it('takes OTLP logs in JSON, by the names of the semantic conventions', async () => {
    const { feed } = await open();
    const value = (text: string): object => ({ stringValue: text });
    const resourceLogs = [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: value('checkout') },
            { key: 'host.name', value: value('node-7') },
            { key: 'process.pid', value: { intValue: '4711' } },
          ],
        },
        scopeLogs: [
          {
            scope: { name: 'cart' },
            logRecords: [
              {
                timeUnixNano: '1490619600000000000',
                severityNumber: 17,
                body: value('payment refused'),
                attributes: [{ key: 'user.name', value: value('alice') }],
                traceId: '5b8efff798038103d269b633813fc60c',
              },
              {
                observedTimeUnixNano: 1490619601000000000,
                severityText: 'INFO',
                body: { kvlistValue: { values: [{ key: 'a', value: { arrayValue: { values: [{ intValue: 1 }] } } }] } },
              },
            ],
          },
        ],
      },
    ];
    const request = post(JSON.stringify({ resourceLogs }), JSON_TYPE, { url: '/v1/logs' });
    const { lines, answer } = await store(feed, request, 2);
    expect(answer).toMatchObject({ status: 200, body: '{"partialSuccess":{}}' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ 'user.name': 'alice', logger: 'cart', 'process.pid': '4711' });
    const [first, second] = await records(lines);
    expect(first).toEqual({
      time: Date.UTC(2017, 2, 27, 13),
      host: 'node-7',
      app: 'checkout',
      level: 3,
      message: 'payment refused',
    });
    expect(second).toMatchObject({ level: 6, message: '{"a":[1]}' });
  });

  it('holds no more bytes of bodies than its bounds, whatever comes at once', async () => {
    const { feed } = await open({ queueBytes: 100_000, bodyLimit: 100_000 });
    const waiting: (() => void)[] = [];
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(90_000, 'x');
      await new Promise<void>((resolve) => waiting.push(resolve));
    };
    const answers = Array.from({ length: 5 }, () => feed.handle(post('', {}, { body: slow() })));
    const early = await Promise.race(answers);
    expect(early).toMatchObject({ status: 503 });
    for (const go of waiting) go();
    await takeLines(world, feed, 2);
    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([200, 200, 503, 503, 503]);
  });
});

describe('HTTP push with a listener of its own', () => {
  async function serve(options = {}): Promise<{ feed: ListeningFeed; clock: ReturnType<typeof createManualClock> }> {
    const clock = createManualClock();
    const feed = await httpPushServer({ port: 0, ...options }).open(null, { clock });
    ends.push(() => feed.close());
    return { feed, clock };
  }

  const send = (feed: ListeningFeed, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${feed.address.port}/any/path`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain', ...headers },
    });

  it('takes requests and says who sent them', async () => {
    const { feed } = await serve();
    const answer = send(feed, 'one\ntwo');
    const { lines, deliveries } = await takeLines(world, feed, 2);
    expect(lines).toEqual(['one', 'two']);
    expect(deliveries[0]?.peers).toEqual(['127.0.0.1']);
    expect(await (await answer).json()).toEqual({ accepted: 2 });
    expect(feed.counts()).toMatchObject({ connectionsOpened: 1, requests: 1 });
  });

  it('speaks TLS', async () => {
    const { key, cert } = selfSigned('127.0.0.1');
    const { feed } = await serve({ tls: { key: write('key.pem', key), cert: write('cert.pem', cert) } });
    const status = new Promise((resolve, reject) => {
      const options = { port: feed.address.port, host: '127.0.0.1', ca: cert, method: 'POST', headers: TEXT };
      httpsRequest(options, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end('one');
    });
    expect((await takeLines(world, feed, 1)).lines).toEqual(['one']);
    expect(await status).toBe(200);
  });

  it('answers those who wait when it is closed', async () => {
    const { feed } = await serve();
    const answer = send(feed, 'one');
    await takeLines(world, feed, 1, 'leave');
    await feed.close();
    expect((await answer).status).toBe(503);
  });

  it('stops in good order: nobody new, and answers for those who are in', async () => {
    const { feed } = await serve();
    const answer = send(feed, 'one');
    const { deliveries } = await takeLines(world, feed, 1, 'leave');
    await feed.stop();
    await expect(send(feed, 'two')).rejects.toThrow();
    deliveries[0]?.done();
    expect((await answer).status).toBe(200);
  });

  it('survives a sender that goes away in the middle of its body', async () => {
    const { feed } = await serve();
    const request = httpRequest({
      port: feed.address.port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': '1000' },
    });
    request.on('error', () => {});
    request.write('half');
    await turnsUntil(() => feed.counts().requests > 0);
    request.destroy();
    await turnsUntil(() => feed.counts().requestsRefused > 0);
    const answer = send(feed, 'next');
    expect((await takeLines(world, feed, 1)).lines).toEqual(['next']);
    expect((await answer).status).toBe(200);
  });

  it('closes a connection that sends no headers, and one that sends no HTTP', async () => {
    const { feed, clock } = await serve({ headerTimeout: 5000 });
    const silent = connect(feed.address.port, '127.0.0.1');
    const ended = closed(silent);
    silent.write('POST / HT');
    await turnsUntil(() => feed.counts().connections > 0);
    clock.advance(5000);
    await ended;
    const rude = connect(feed.address.port, '127.0.0.1');
    rude.on('data', () => {});
    rude.write('<34>Oct 11 22:14:15 mymachine su: syslog to an HTTP port\n');
    await closed(rude);
    await turnsUntil(() => feed.counts().connections === 0);
    expect(feed.counts()).toMatchObject({ connectionsTimedOut: 1, connectionsFailed: 1 });
  });

  it('refuses connections beyond the bound', async () => {
    const { feed } = await serve({ maxConnections: 1 });
    const first = connect(feed.address.port, '127.0.0.1');
    await once(first, 'connect');
    await turnsUntil(() => feed.counts().connections > 0);
    const second = connect(feed.address.port, '127.0.0.1');
    await closed(second);
    await turnsUntil(() => feed.counts().connectionsRefused > 0);
    first.destroy();
  });
});
