import { existsSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../test/support/self-signed.ts';
import { workspace } from '../../test/support/workspace.ts';
import { createNotifier } from './create-notifier.ts';
import { type NotifierWorld, notifierCases } from './notifier.case.ts';
import { datagramReceiver, httpReceiver, streamReceiver } from './receivers.case.ts';
import { alertMessage, HOSTILE, hostileMessage } from './sample-messages.case.ts';
import { verifySignature } from './signature.ts';

const { path } = workspace();
const wanted = { name: 'soc', from: 'MEDIUM', enabled: true } as const;
const context = { now: () => Date.UTC(2017, 3, 1), hostname: 'caracal.test', version: '1.2' };
const { signal } = new AbortController();
const secret = 'a secret of the tests';

async function httpWorld(kind: 'webhook' | 'slack'): Promise<NotifierWorld> {
  let receiver = await httpReceiver();
  const { port } = receiver;
  const url = `http://127.0.0.1:${port}/hook`;
  return {
    target: kind === 'webhook' ? { kind, ...wanted, url, secret } : { kind, ...wanted, url },
    context,
    received: async (count) => (await receiver.inbox.first(count)).map(({ body }) => body),
    leave: () => receiver.close(),
    comeBack: async () => {
      receiver = await httpReceiver(port);
    },
    fallSilent: async () => {
      receiver.answer = () => null;
    },
    end: () => receiver.close(),
  };
}

notifierCases({
  name: 'webhook',
  begin: () => httpWorld('webhook'),
  read: (received) => {
    const message = JSON.parse(received);
    if (message.type === 'alert' && message.alert.reason.includes('root')) {
      expect(message.alert.reason).toBe(HOSTILE);
    }
    return `${message.id} ${message.alert?.reason}`;
  },
});

notifierCases({
  name: 'Slack',
  begin: () => httpWorld('slack'),
  read: (received) => {
    const texts: string[] = [];
    JSON.parse(received, (key, value) => {
      if (key === 'type') expect(['header', 'section', 'context', 'plain_text']).toContain(value);
      if (key === 'emoji') expect(value).toBe(false);
      if (key === 'text' && typeof value === 'string') texts.push(value);
      return value;
    });
    for (const text of texts) {
      expect(text).not.toMatch(/[<>\u202e]|&(?!amp;|lt;|gt;)/);
      expect(text.length).toBeLessThanOrEqual(3000);
    }
    expect(JSON.parse(received).blocks[0].text.text.length).toBeLessThanOrEqual(150);
    return texts.join('\n');
  },
});

/** What follows the header of RFC 5424; its CEF fields are those that were meant. */
function readSyslog(received: string): string {
  const header = /^<(\d+)>1 \S+Z caracal\.test caracal - (?:alert|window)\.\w+ - (CEF:0\|.*)$/u.exec(received);
  expect(header, received).not.toBeNull();
  const cef = header?.[2] ?? '';
  expect(cef.split(/(?<!\\)\|/).slice(1, 4)).toEqual(['Caracal', 'caracal', '1.2']);
  const keys = [
    ...cef
      .split(/(?<!\\)\|/)
      .slice(7)
      .join('|')
      .matchAll(/(?<=^| )(\w+)(?<!\\)=/g),
  ].map(([, key]) => key);
  expect(new Set(keys).size, `each key once: ${keys}`).toBe(keys.length);
  expect(received).not.toMatch(/\u202e/);
  return cef;
}

for (const transport of ['tcp', 'tls'] as const) {
  notifierCases({
    name: `syslog over ${transport}`,
    begin: async () => {
      const keys = transport === 'tls' ? selfSigned('127.0.0.1') : undefined;
      let receiver = await streamReceiver(0, keys);
      const { port } = receiver;
      return {
        target: { kind: 'syslog', ...wanted, transport, host: '127.0.0.1', port },
        context: { ...context, ca: keys?.cert },
        received: (count) => receiver.inbox.first(count),
        leave: () => receiver.close(),
        comeBack: async () => {
          receiver = await streamReceiver(port, keys);
        },
        fallSilent: async () => {
          await receiver.close();
          const silent = createServer((socket) => socket.on('error', () => {}));
          await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
          receiver = { ...receiver, close: () => new Promise((resolve) => silent.close(() => resolve())) };
        },
        end: () => receiver.close(),
      };
    },
    read: readSyslog,
    ...(transport === 'tcp' ? { neverWaits: 'the network of this machine takes what nobody reads' } : {}),
  });
}

notifierCases({
  name: 'syslog over udp',
  begin: async () => {
    const receiver = await datagramReceiver();
    return {
      target: { kind: 'syslog', ...wanted, transport: 'udp', host: '127.0.0.1', port: receiver.port },
      context,
      received: (count) => receiver.inbox.first(count),
      end: receiver.close,
    };
  },
  read: readSyslog,
  cannotTell: 'a datagram is sent to nobody all the same',
  neverWaits: 'a datagram is not answered',
});

let folders = 0;
notifierCases({
  name: 'file',
  begin: async () => {
    const folder = path(`notified-${++folders}`);
    await mkdir(folder);
    const file = `${folder}/alerts.ndjson`;
    return {
      target: { kind: 'file', ...wanted, path: file },
      context,
      received: async () =>
        existsSync(file)
          ? readFileSync(file, 'utf8')
              .split(/(?<=\n)/)
              .filter(Boolean)
          : [],
      leave: () => rmdir(folder),
      comeBack: () => mkdir(folder).then(() => {}),
      end: async () => {},
    };
  },
  read: (received) => {
    expect(received.endsWith('\n')).toBe(true);
    const message = JSON.parse(received);
    return `${message.id} ${message.alert?.reason}`;
  },
  neverWaits: 'a disk answers',
});

describe('a webhook', () => {
  test('is signed with its time, so that a receiver can tell who sent it and when', async () => {
    const receiver = await httpReceiver();
    const target = { kind: 'webhook', ...wanted, url: `http://127.0.0.1:${receiver.port}/`, secret } as const;
    await createNotifier(target, context).deliver(hostileMessage(), signal);
    const [posted] = await receiver.inbox.first(1);
    const body = posted?.body ?? '';
    const header = String(posted?.headers['x-caracal-signature']);
    expect(header).toMatch(/^t=1491004800, v1=[0-9a-f]{64}$/);
    expect(posted?.headers).toMatchObject({ 'x-caracal-id': hostileMessage().id, 'x-caracal-event': 'alert.added' });
    const check = { secret, header, body, now: context.now() + 200_000 };
    expect(verifySignature(check)).toBe(true);
    expect(verifySignature({ ...check, body: `${body} ` })).toBe(false);
    expect(verifySignature({ ...check, secret: 'another secret of the tests' })).toBe(false);
    expect(verifySignature({ ...check, now: context.now() + 400_000 })).toBe(false);
    expect(verifySignature({ ...check, now: context.now() + 400_000, tolerance: 500_000 })).toBe(true);
    expect(verifySignature({ ...check, header: header.replace('1491004800', '1491004801') })).toBe(false);
    expect(verifySignature({ ...check, header: undefined })).toBe(false);
    expect(verifySignature({ ...check, header: 't=1, v1=00' })).toBe(false);
    await receiver.close();
  });

  test('is tried again after what may pass, and not after what will not; redirects are not followed', async () => {
    const receiver = await httpReceiver();
    const elsewhere = await httpReceiver();
    const url = `http://127.0.0.1:${receiver.port}/`;
    const notifier = createNotifier({ kind: 'webhook', ...wanted, url, secret }, context);
    const location = `http://127.0.0.1:${elsewhere.port}/`;
    for (const [status, retry] of [
      ...([
        [500, true],
        [503, true],
        [408, true],
        [429, true],
      ] as const),
      ...([
        [400, false],
        [401, false],
        [404, false],
        [410, false],
        [301, false],
        [307, false],
      ] as const),
    ]) {
      receiver.answer = () => ({ status, headers: { location, 'retry-after': '7' } });
      await expect(notifier.deliver(alertMessage(), signal), String(status)).rejects.toMatchObject({
        code: 'E_NOTIFY',
        data: { retry, ...(status >= 400 ? { wait: 7000 } : {}) },
      });
    }
    expect(elsewhere.inbox.items).toEqual([]);
    await receiver.close();
    await elsewhere.close();
  });

  test('goes by HTTP alone, and takes no password in its URL', () => {
    for (const url of ['file:///etc/passwd', 'ftp://example.org/', 'javascript:alert(1)', 'nonsense']) {
      expect(() => createNotifier({ kind: 'webhook', ...wanted, url, secret }, context)).toThrow('http://');
      expect(() => createNotifier({ kind: 'slack', ...wanted, url }, context)).toThrow('http://');
    }
    const url = 'https://me:password@example.org/';
    expect(() => createNotifier({ kind: 'webhook', ...wanted, url, secret }, context)).toThrow('Leave it out');
  });
});

describe('syslog', () => {
  test('goes on by a new connection when the collector hung up', async () => {
    const receiver = await streamReceiver();
    const target = { kind: 'syslog', ...wanted, transport: 'tcp', host: '127.0.0.1', port: receiver.port } as const;
    const notifier = createNotifier(target, context);
    await notifier.deliver(alertMessage(), signal);
    await receiver.inbox.first(1);
    await receiver.hangUp();
    await notifier.deliver(alertMessage({ id: 'alert-2' }), signal);
    expect(await receiver.inbox.first(2)).toHaveLength(2);
    await notifier.close();
    await receiver.close();
  });

  test('over TLS trusts no certificate that nobody it knows signed', async () => {
    const receiver = await streamReceiver(0, selfSigned('127.0.0.1'));
    const target = { kind: 'syslog', ...wanted, transport: 'tls', host: '127.0.0.1', port: receiver.port } as const;
    const notifier = createNotifier(target, context);
    await expect(notifier.deliver(alertMessage(), signal)).rejects.toThrow(/SELF_SIGNED/);
    expect(receiver.inbox.items).toEqual([]);
    await notifier.close();
    await receiver.close();
  });
});

describe('a file', () => {
  test('that was rotated away is begun anew; a line that was cut off stays alone', async () => {
    const file = path('rotated.ndjson');
    const notifier = createNotifier({ kind: 'file', ...wanted, path: file }, context);
    await notifier.deliver(alertMessage(), signal);
    renameSync(file, `${file}.1`);
    await notifier.deliver(alertMessage({ id: 'alert-2' }), signal);
    expect(readFileSync(`${file}.1`, 'utf8').trim().split('\n')).toHaveLength(1);
    const { appendFileSync, statSync } = await import('node:fs');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    appendFileSync(file, '{"cut o');
    await notifier.deliver(alertMessage({ id: 'alert-3' }), signal);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[2] ?? '').alert.id).toBe('alert-3');
  });
});
