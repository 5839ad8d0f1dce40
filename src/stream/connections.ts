import type { Socket } from 'node:net';
import type { StreamClock } from './clock.ts';
import { createFramer, type FrameBounds, type FrameFault, type Framing } from './framer.ts';
import type { Intake } from './intake.ts';
import { endpointName, plainAddress } from './listen.ts';
import type { ConnectionNotice } from './notice.ts';

/** What connections are held to. */
export interface ConnectionBounds {
  /** Connections at a time, 512 unless told. More are closed at once. */
  readonly maxConnections: number;
  /** Time without a byte after which a connection is closed, ms; an hour unless told. */
  readonly idleTimeout: number;
  /** Time for one frame, or for the handshake of TLS, ms; a minute unless told. */
  readonly frameTimeout: number;
}

export const connectionDefaults: ConnectionBounds = {
  maxConnections: 512,
  idleTimeout: 3_600_000,
  frameTimeout: 60_000,
};

/** All connections of a listener. */
export interface Connections {
  /** Counts a socket that was accepted; false where there are too many, and it is closed. */
  admit(socket: Socket): boolean;
  /** Reads lines from a socket that was admitted; over TLS it is another object than the one admitted. */
  read(socket: Socket, admitted: Socket): void;
  /** Ends every connection; lines that have begun end there. */
  end(): void;
}

export function createConnections(
  intake: Intake,
  clock: StreamClock,
  options: { readonly framing: Framing; readonly bounds: FrameBounds & ConnectionBounds },
): Connections {
  const { framing, bounds } = options;
  const { counts } = intake;
  const open = new Map<Socket, Connection>();
  /** Addresses that were here, the latest last. */
  const known = new Set<string>();
  let cancelSweep: (() => void) | undefined;

  const tell = (reason: ConnectionNotice['reason'], peer: string): void =>
    intake.notice({ type: 'connection', reason, peer, count: 1 });

  const leave = (admitted: Socket, reason: ConnectionNotice['reason']): void => {
    const connection = open.get(admitted);
    if (!connection) return;
    open.delete(admitted);
    counts.connections--;
    if (reason === 'idle' || reason === 'stalled') counts.connectionsTimedOut++;
    if (reason === 'failed') counts.connectionsFailed++;
    connection.finish();
    connection.stream.destroy();
    admitted.destroy();
    tell(reason, connection.peer);
  };

  const sweep = (): void => {
    const now = clock.now();
    for (const [admitted, connection] of open) {
      // A peer whom we do not read cannot be late.
      if (connection.paused) continue;
      if (connection.unfinished() && now - connection.frameSince >= bounds.frameTimeout) leave(admitted, 'stalled');
      else if (now - connection.lastByte >= bounds.idleTimeout) leave(admitted, 'idle');
    }
    cancelSweep = open.size > 0 ? clock.after(SWEEP_INTERVAL, sweep) : undefined;
  };

  return {
    admit: (socket) => {
      const address = plainAddress(socket.remoteAddress);
      const peer = endpointName(address, socket.remotePort ?? 0);
      if (open.size >= bounds.maxConnections) {
        counts.connectionsRefused++;
        socket.on('error', () => {});
        socket.destroy();
        tell('refused', peer);
        return false;
      }
      const now = clock.now();
      open.set(socket, {
        peer,
        address,
        stream: socket,
        read: false,
        lastByte: now,
        frameSince: now,
        paused: false,
        // Until it is read it owes its handshake.
        unfinished: () => true,
        finish: () => {},
      });
      counts.connections++;
      counts.connectionsOpened++;
      socket.setKeepAlive(true, KEEP_ALIVE);
      socket.on('error', () => leave(socket, 'failed'));
      socket.on('close', () => {
        // Over TLS there may be more to read.
        const connection = open.get(socket);
        if (connection?.stream === socket) leave(socket, connection.read ? 'closed' : 'failed');
      });
      tell(known.has(address) ? 'reconnected' : 'opened', peer);
      known.delete(address);
      known.add(address);
      for (const oldest of known) {
        if (known.size <= MOST_KNOWN) break;
        known.delete(oldest);
      }
      cancelSweep ??= clock.after(SWEEP_INTERVAL, sweep);
      return true;
    },
    read: (stream, admitted) => {
      const connection = open.get(admitted);
      if (!connection) return;
      const { address } = connection;
      const framer = createFramer(framing, bounds, intake.sink);
      let forget = (): void => {};
      connection.stream = stream;
      connection.read = true;
      connection.frameSince = clock.now();
      connection.unfinished = () => framer.pending > 0;
      connection.finish = () => {
        forget();
        intake.take(address, 1, () => framer.end());
      };
      const wait = (): void => {
        if (connection.paused || !intake.full) return;
        connection.paused = true;
        stream.pause();
        forget = intake.whenRoom(() => {
          connection.paused = false;
          connection.lastByte = clock.now();
          connection.frameSince = connection.lastByte;
          stream.resume();
        });
      };
      stream.on('data', (chunk: Buffer) => {
        connection.lastByte = clock.now();
        for (let at = 0; at < chunk.length; at += MOST_BYTES) {
          const piece = chunk.subarray(at, at + MOST_BYTES);
          let fault: FrameFault | undefined;
          intake.take(address, piece.length, () => {
            fault = framer.push(piece);
          });
          // What is unfinished now began with this chunk.
          if (framer.pending <= piece.length) connection.frameSince = connection.lastByte;
          if (!fault) continue;
          counts.badFrames++;
          intake.notice({ type: 'frame', reason: fault, peer: connection.peer, count: 1 });
          leave(admitted, 'closed');
          return;
        }
        wait();
      });
      if (stream === admitted) return;
      stream.on('error', () => leave(admitted, 'failed'));
      stream.on('close', () => leave(admitted, 'closed'));
    },
    end: () => {
      cancelSweep?.();
      for (const admitted of [...open.keys()]) leave(admitted, 'closed');
    },
  };
}

// --- internal ---

interface Connection {
  readonly peer: string;
  readonly address: string;
  /** What is read: the socket itself, or TLS over it. */
  stream: Socket;
  /** It came as far as to be read. */
  read: boolean;
  lastByte: number;
  /** When the frame that is unfinished began. */
  frameSince: number;
  /** It is not read because the queue is full. */
  paused: boolean;
  unfinished(): boolean;
  finish(): void;
}

const SWEEP_INTERVAL = 1000;
/** The system finds out about a peer that is gone after some of these, ms. */
const KEEP_ALIVE = 60_000;
const MOST_KNOWN = 1024;
/** Bytes that are cut into lines at once. */
const MOST_BYTES = 65_536;
