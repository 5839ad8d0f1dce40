import { createSocket, type RemoteInfo } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { systemClock } from './clock.ts';
import { createIntake, type QueueBounds, queueDefaults } from './intake.ts';
import { kernelDrops } from './kernel-drops.ts';
import { putMessage } from './line-sink.ts';
import { type Address, cannotListen, type Endpoint, endpointName, LOOPBACK, plainAddress } from './listen.ts';
import type { ListeningFeed, LiveSource } from './source.ts';

export interface SyslogUdpOptions extends Endpoint, Partial<QueueBounds> {
  /** Bytes that are kept of a message, 65,536 unless told: all that a datagram can hold. */
  readonly lineLimit?: number;
  /** Bytes that the kernel keeps for this process while it is busy; the system may allow less. */
  readonly receiveBuffer?: number;
}

/**
 * Syslog over UDP (RFC 5426): each datagram is one message, whatever its format. There is
 * no way to slow a sender down: what finds the queue full is dropped and counted, and so
 * is what the kernel dropped, where it says so (Linux).
 */
export function syslogUdp(options: SyslogUdpOptions): LiveSource<ListeningFeed> {
  const { host = LOOPBACK, port, lineLimit = 65_536, receiveBuffer = 4 * 1024 * 1024 } = options;
  const name = `syslog+udp://${endpointName(host, port)}`;
  return {
    kind: 'syslog-udp',
    name,
    open: async (position, { clock = systemClock } = {}) => {
      const bounds = { ...queueDefaults, ...options };
      const intake = createIntake({ kind: 'syslog-udp', name, position, clock, bounds });
      const { counts } = intake;
      const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });

      const drop = (reason: 'queue-full' | 'kernel', lines: number, bytes: number): void => {
        counts.droppedLines += lines;
        counts.droppedBytes += bytes;
        const now = clock.now();
        intake.notice({ type: 'drop', reason, lines, bytes, since: now, until: now });
      };
      socket.on('message', (message: Buffer, { address }: RemoteInfo) => {
        if (intake.full) {
          drop('queue-full', 1, message.length);
          return;
        }
        intake.take(plainAddress(address), 1, () => putMessage(intake.sink, message, lineLimit));
      });

      const address = await new Promise<Address>((resolve, reject) => {
        socket.once('error', (cause) => reject(cannotListen(host, port, cause)));
        socket.bind({ address: host, port }, () => {
          const bound = socket.address();
          resolve({ host: bound.address, port: bound.port });
        });
      });
      socket.on('error', () => {
        counts.connectionsFailed++;
      });
      socket.setRecvBufferSize(receiveBuffer);

      let droppedBefore = (await kernelDrops(address.port)) ?? 0;
      let cancel = (): void => {};
      const askKernel = async (): Promise<void> => {
        const dropped = (await kernelDrops(address.port)) ?? droppedBefore;
        if (dropped > droppedBefore) drop('kernel', dropped - droppedBefore, 0);
        droppedBefore = Math.max(dropped, droppedBefore);
      };
      let open = true;
      const watch = (): void => {
        if (open) cancel = clock.after(KERNEL_INTERVAL, () => void askKernel().then(watch));
      };
      watch();

      /** Reads what the kernel still holds; senders who never pause are not waited for. */
      const readRest = async (): Promise<void> => {
        for (let turn = 0, silent = 0; turn < MOST_TURNS && silent < 2; turn++) {
          const before = counts.lines + counts.droppedLines;
          await new Promise((resolve) => setImmediate(resolve));
          silent = counts.lines + counts.droppedLines === before ? silent + 1 : 0;
        }
      };
      const release = async (): Promise<void> => {
        if (!open) return;
        open = false;
        cancel();
        await askKernel();
        await new Promise<void>((resolve) => socket.close(resolve));
      };
      return {
        address,
        next: intake.next,
        stop: async () => {
          await readRest();
          await release();
          intake.end();
        },
        close: async () => {
          intake.close();
          await release();
        },
        counts: () => ({ ...counts }),
      };
    },
  };
}

// --- internal ---

/** How often the kernel is asked for its drops, ms. */
const KERNEL_INTERVAL = 1000;
/** Turns of the event loop that are spent on what came before a stop. */
const MOST_TURNS = 10_000;
