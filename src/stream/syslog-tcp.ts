import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { systemClock } from './clock.ts';
import { type ConnectionBounds, connectionDefaults, createConnections } from './connections.ts';
import type { FrameBounds, Framing } from './framer.ts';
import { createIntake, type QueueBounds, queueDefaults } from './intake.ts';
import { type Endpoint, endpointName, LOOPBACK, listen } from './listen.ts';
import type { ListeningFeed, LiveSource } from './source.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

export interface SyslogTcpOptions
  extends Endpoint,
    Partial<QueueBounds>,
    Partial<ConnectionBounds>,
    Partial<FrameBounds> {
  readonly framing?: Framing;
  readonly tls?: TlsFiles;
}

/**
 * Syslog over TCP (RFC 6587) or TLS (RFC 5425), whatever the format of the messages.
 * When the queue is full the connections are not read, so that senders wait. There is no
 * acknowledgement: what came after the last commit is lost when the process dies, and
 * reported as a gap.
 */
export function syslogTcp(options: SyslogTcpOptions): LiveSource<ListeningFeed> {
  const { host = LOOPBACK, port, framing = 'auto', tls } = options;
  const kind = tls ? 'syslog-tls' : 'syslog-tcp';
  const name = `syslog+${tls ? 'tls' : 'tcp'}://${endpointName(host, port)}`;
  const bounds = { ...queueDefaults, ...connectionDefaults, ...frameDefaults, ...options };
  return {
    kind,
    name,
    open: async (position, { clock = systemClock } = {}) => {
      const intake = createIntake({ kind, name, position, clock, bounds });
      const connections = createConnections(intake, clock, { framing, bounds });
      const server = tls
        ? await secureServer(tls, connections)
        : createServer((socket) => {
            if (connections.admit(socket)) connections.read(socket, socket);
          });
      const address = await listen(server, options, () => {
        intake.counts.connectionsFailed++;
      });
      let open = true;
      const release = async (): Promise<void> => {
        if (!open) return;
        open = false;
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        connections.end();
        await closed;
      };
      return {
        address,
        next: intake.next,
        stop: async () => {
          await release();
          intake.end();
        },
        close: async () => {
          intake.close();
          await release();
        },
        counts: () => ({ ...intake.counts }),
      };
    },
  };
}

// --- internal ---

const frameDefaults: FrameBounds = { lineLimit: 65_536, frameLimit: 16 * 1024 * 1024 };

async function secureServer(files: TlsFiles, connections: ReturnType<typeof createConnections>): Promise<Server> {
  const server = createTlsServer(await readTls(files));
  /** The socket under each that is being secured, by the ports of both ends. */
  const admitted = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    if (!connections.admit(socket)) return;
    const ends = endsOf(socket);
    admitted.set(ends, socket);
    socket.once('close', () => admitted.delete(ends));
  });
  server.on('secureConnection', (secure) => {
    const socket = admitted.get(endsOf(secure));
    if (socket) connections.read(secure, socket);
    else secure.destroy();
  });
  return server;
}

function endsOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localPort}`;
}
