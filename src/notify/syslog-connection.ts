import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { failure, reasonOf } from './failure.ts';

/** A connection that is made when it is needed, and again when it broke. */
export interface SyslogConnection {
  /** Done when this machine's network took the bytes. */
  write(bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** @param ca PEM certificates to trust, those of the system unless told */
export function syslogConnection(
  target: { readonly name: string; readonly transport: string; readonly host: string; readonly port: number },
  ca: string | undefined,
): SyslogConnection {
  const { name, transport, host, port } = target;
  let socket: Socket | null = null;
  const open = (): Socket => {
    const secure = { host, port, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' as const };
    const opened = transport === 'tls' ? connectTls(secure) : connect({ host, port });
    opened.setKeepAlive(true);
    // Collectors do not answer; reading on shows when they hang up.
    opened.resume();
    const gone = (): void => {
      opened.destroy();
      if (socket === opened) socket = null;
    };
    opened.on('error', gone).on('end', gone).on('close', gone);
    return opened;
  };
  return {
    async write(bytes, signal) {
      socket ??= open();
      const used = socket;
      const stop = (): void => void used.destroy(new Error('no connection in time'));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        await writeTo(used, bytes);
      } catch (cause) {
        const why = `${host}:${port} could not be written to: ${reasonOf(cause)}`;
        throw failure(`${name}: ${why}. Look at its host, port and certificate.`, { retry: true, cause });
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    close: async () => {
      socket?.end();
      socket?.destroy();
      socket = null;
    },
  };
}

// --- internal ---

function writeTo(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(new Error('the connection was closed'));
    const done = (error?: Error | null): void => {
      socket.off('error', done).off('close', closed);
      if (error) reject(error);
      else resolve();
    };
    socket.once('error', done).once('close', closed);
    socket.write(bytes, done);
  });
}
