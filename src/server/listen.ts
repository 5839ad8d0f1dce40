import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type HttpBindings, type WebSocketServerLike } from '@hono/node-server';
import { WebSocketServer } from 'ws';
import { CaracalError } from '../errors.ts';
import { type Address, listen as bind, endpointName, LOOPBACK, readTls, type TlsFiles } from '../stream/index.ts';
import type { App } from './app.ts';

export interface ListenOptions {
  /** 127.0.0.1 unless told: nobody else is served by accident. */
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: TlsFiles | undefined;
  /** Connections at a time, 1,024 unless told. More are closed at once. */
  readonly maxConnections?: number;
  /** Time for the headers of a request, ms; 10 s unless told. */
  readonly headerTimeout?: number;
  /** Time for a whole request, ms; 60 s unless told. */
  readonly requestTimeout?: number;
  /** Silence after which a connection is closed, ms; 120 s unless told. */
  readonly idleTimeout?: number;
  /** How long requests may go on when it closes, ms; 5 s unless told. */
  readonly closeTimeout?: number;
}

/** A server that takes requests. */
export interface Listening {
  readonly address: Address;
  /** Such as `https://127.0.0.1:7007`. */
  readonly url: string;
  /** Takes no more requests, ends live streams, and waits for what is being answered. */
  close(): Promise<void>;
}

/**
 * Serves an app on a port.
 *
 * @throws CaracalError `E_RUNTIME` where the port cannot be had, `E_FILE_UNREADABLE` for TLS files,
 *   `E_USAGE` for an app whose cookies do not fit
 */
export async function listen(app: App, options: ListenOptions): Promise<Listening> {
  const { host = LOOPBACK, tls, headerTimeout = 10_000, requestTimeout = 60_000, idleTimeout = 120_000 } = options;
  const { maxConnections = 1024, closeTimeout = 5000 } = options;
  if (tls && !app.secure) {
    throw new CaracalError('E_USAGE', 'Cookies must be secure where TLS is. Make the app with secureCookies.');
  }
  const limits = {
    headersTimeout: headerTimeout,
    requestTimeout,
    connectionsCheckingInterval: Math.max(10, Math.min(1000, headerTimeout / 2)),
    keepAliveTimeout: 60_000,
    ...{ keepAlive: true, keepAliveInitialDelay: 60_000 },
    maxHeaderSize: 16 * 1024,
  };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  const common = {
    fetch: (request: Request, bindings: unknown) => app.fetch(request, bindings as HttpBindings),
    ...{ overrideGlobalObjects: false, hostname: host, websocket: { server: sockets as WebSocketServerLike } },
  };
  const server = tls
    ? createAdaptorServer({
        ...common,
        createServer: createSecureServer,
        serverOptions: { ...(await readTls(tls)), ...limits },
      })
    : createAdaptorServer({ ...common, createServer, serverOptions: limits });
  if (!('closeAllConnections' in server)) throw new CaracalError('E_INTERNAL', 'The server is none of HTTP/1.');
  server.maxConnections = maxConnections;
  server.setTimeout(idleTimeout);
  server.on('clientError', refuse);
  const waiting = waitingConnections(server, tls ? 'secureConnection' : 'connection');
  const [upgrade] = server.listeners('upgrade');
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request, socket, head) => {
    waiting.busy(socket);
    if (request.headers.upgrade?.toLowerCase() === 'websocket') upgrade?.call(server, request, socket, head);
    else refuse({ code: 'UPGRADE' }, socket);
  });

  const address = await bind(server, { host, port: options.port }, () => {});
  return {
    address,
    url: `http${tls ? 's' : ''}://${endpointName(address.host, address.port)}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      app.close();
      waiting.end();
      const late = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, closeTimeout);
      await closed;
      clearTimeout(late);
    },
  };
}

// --- internal ---

/** Connections that wait for a request, also for their first: they would keep a server from closing. */
function waitingConnections(
  server: Server,
  event: 'connection' | 'secureConnection',
): { busy(socket: Duplex): void; end(): void } {
  const waiting = new Set<Duplex>();
  let ended = false;
  server.on(event, (socket: Duplex) => {
    waiting.add(socket);
    socket.on('close', () => waiting.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    waiting.delete(socket);
    response.on('close', () => {
      if (ended) socket.end();
      else if (!socket.destroyed) waiting.add(socket);
    });
  });
  return {
    busy: (socket) => waiting.delete(socket),
    end() {
      ended = true;
      for (const socket of waiting) socket.destroy();
    },
  };
}

/** What never became a request is answered in words too, where there is still somebody. */
function refuse({ code }: { readonly code?: string }, socket: Duplex): void {
  const [status, detail] = REFUSALS[code ?? ''] ?? ['400 Bad Request', 'This is no HTTP request. Mend the client.'];
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({
    ...{ type: 'about:blank', title: status.slice(4), status: Number(status.slice(0, 3)), detail },
  });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `X-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const REFUSALS: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are too long. Send fewer.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come in time. Send it faster.'],
  UPGRADE: ['400 Bad Request', 'Only WebSocket is spoken besides HTTP. Use one of them.'],
};
