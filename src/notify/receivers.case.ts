import { createSocket } from 'node:dgram';
import { createServer as createHttpServer, type Server as HttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** What arrived, and a way to wait for more of it. */
export interface Inbox<T> {
  readonly items: T[];
  add(item: T): void;
  first(count: number): Promise<T[]>;
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = [];
  let wake: () => void = () => {};
  return {
    items,
    add(item) {
      items.push(item);
      wake();
    },
    async first(count) {
      while (items.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return items.slice(0, count);
    },
  };
}

export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server on this machine; `answer` says with which status and headers it answers, `null` for not at all. */
export async function httpReceiver(port = 0): Promise<{
  readonly inbox: Inbox<Posted>;
  readonly port: number;
  answer: () => { readonly status: number; readonly headers?: Record<string, string> } | null;
  close(): Promise<void>;
}> {
  const inbox = createInbox<Posted>();
  const server: HttpServer = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      inbox.add({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = receiver.answer();
      if (answer) response.writeHead(answer.status, answer.headers).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const receiver = {
    inbox,
    port: (server.address() as AddressInfo).port,
    answer: (): { status: number; headers?: Record<string, string> } | null => ({ status: 200 }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** A collector of octet-counted syslog over TCP, or TLS with a key. */
export async function streamReceiver(
  port = 0,
  tls?: { readonly key: string; readonly cert: string },
): Promise<{
  readonly inbox: Inbox<string>;
  readonly port: number;
  /** Hangs up on everybody; done when they have hung up too. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}> {
  const inbox = createInbox<string>();
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    let rest = Buffer.alloc(0);
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let frame = frameIn(rest); frame; frame = frameIn(rest)) {
        inbox.add(frame.text);
        rest = rest.subarray(frame.end);
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, take) : createServer(take);
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    inbox,
    port: (server.address() as AddressInfo).port,
    hangUp: async () => {
      await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve).end())));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A collector of syslog datagrams. */
export async function datagramReceiver(): Promise<{
  readonly inbox: Inbox<string>;
  readonly port: number;
  close(): Promise<void>;
}> {
  const inbox = createInbox<string>();
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => inbox.add(bytes.toString()));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    inbox,
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

// --- internal ---

function frameIn(bytes: Buffer): { readonly text: string; readonly end: number } | null {
  const space = bytes.indexOf(' ');
  if (space < 0) return null;
  const end = space + 1 + Number(bytes.subarray(0, space).toString());
  return bytes.length < end ? null : { text: bytes.subarray(space + 1, end).toString(), end };
}
