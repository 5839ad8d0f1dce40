import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { systemClock } from './clock.ts';
import { type HttpPushOptions, httpPush } from './http-push.ts';
import { type Endpoint, endpointName, LOOPBACK, listen, plainAddress } from './listen.ts';
import type { PushRequest } from './push-request.ts';
import type { ListeningFeed, LiveSource } from './source.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

export interface HttpPushServerOptions extends Endpoint, HttpPushOptions {
  readonly tls?: TlsFiles;
  /** Connections at a time, 512 unless told. More are closed at once. */
  readonly maxConnections?: number;
  /** Time for the headers of a request, ms; 10 s unless told. */
  readonly headerTimeout?: number;
}

/**
 * `httpPush` with a listener of its own, which takes any path. It asks nobody who they
 * are: bind it to an address that only senders reach, or mount `httpPush` in a server
 * that does.
 */
export function httpPushServer(options: HttpPushServerOptions): LiveSource<ListeningFeed> {
  const { host = LOOPBACK, port, tls, maxConnections = 512, headerTimeout = 10_000 } = options;
  const name = options.name ?? `http${tls ? 's' : ''}://${endpointName(host, port)}`;
  return {
    kind: 'http-push',
    name,
    open: async (position, { clock = systemClock } = {}) => {
      const limits = { headersTimeout: headerTimeout, requestTimeout: LONGEST_REQUEST };
      const server = tls ? createSecureServer({ ...(await readTls(tls)), ...limits }) : createServer(limits);
      const feed = await httpPush({ ...options, name }).open(position, { clock });
      const seen = { connectionsOpened: 0, connectionsRefused: 0, connectionsTimedOut: 0, connectionsFailed: 0 };
      /** Connections, and how to call off the wait for their first request. */
      const waiting = new Map<Socket, () => void>();

      server.maxConnections = maxConnections;
      server.on('drop', () => {
        seen.connectionsRefused++;
      });
      server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
        seen.connectionsOpened++;
        const cancel = clock.after(headerTimeout, () => {
          seen.connectionsTimedOut++;
          socket.destroy();
        });
        waiting.set(socket, cancel);
        socket.on('close', () => {
          cancel();
          waiting.delete(socket);
        });
      });
      server.on('tlsClientError', () => {
        seen.connectionsFailed++;
      });
      server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
        seen.connectionsFailed++;
        const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
        if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        else socket.destroy();
      });
      server.on('request', (message: IncomingMessage, response: ServerResponse) => {
        waiting.get(message.socket)?.();
        void feed.handle(pushRequest(message)).then(({ status, headers, body }) => {
          response.writeHead(status, { ...headers }).end(body);
        });
      });
      const address = await listen(server, options, () => {
        seen.connectionsFailed++;
      });
      return {
        address,
        next: feed.next,
        stop: async () => {
          server.close();
          await feed.stop();
        },
        close: async () => {
          const closed = new Promise<void>((resolve) => server.close(() => resolve()));
          await feed.close();
          // Requests that wait are told so before their connections go.
          await new Promise((resolve) => setImmediate(resolve));
          server.closeAllConnections();
          await closed;
        },
        counts: () => ({ ...feed.counts(), ...seen, connections: waiting.size }),
      };
    },
  };
}

/** A request of Node's HTTP server as `handle` takes it. */
export function pushRequest(message: IncomingMessage): PushRequest {
  return {
    method: message.method ?? '',
    url: message.url ?? '/',
    headers: message.headers,
    body: message,
    peer: plainAddress(message.socket.remoteAddress),
  };
}

// --- internal ---

/** Also what is refused is read to its end, but not for longer, ms. */
const LONGEST_REQUEST = 120_000;
