import type { Server } from 'node:net';
import { CaracalError } from '../errors.ts';

/** Where to listen. */
export interface Endpoint {
  /** 127.0.0.1 unless told: nobody else is served by accident. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export const LOOPBACK = '127.0.0.1';

/**
 * Begins to listen. Later a connection that cannot be accepted, such as for want of file
 * descriptors, is told to `onFailure`.
 *
 * @throws CaracalError `E_RUNTIME`
 */
export function listen(server: Server, { host = LOOPBACK, port }: Endpoint, onFailure: () => void): Promise<Address> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error): void => reject(cannotListen(host, port, cause));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      server.on('error', onFailure);
      const address = server.address();
      resolve(typeof address === 'object' && address ? { host: address.address, port: address.port } : { host, port });
    });
  });
}

/** Why a port cannot be had, and what to do. */
export function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): CaracalError {
  const reason = cause.code ?? cause.message;
  const advice =
    reason === 'EACCES'
      ? 'Ports below 1024 need a privilege: take a higher one, such as 6514.'
      : reason === 'EADDRINUSE'
        ? 'Something else listens there: stop it or take another port.'
        : 'Check that the address is one of this machine.';
  return new CaracalError(
    'E_RUNTIME',
    `Cannot listen on ${host}:${port} (${reason}). ${advice}`,
    { host, port },
    { cause },
  );
}

/** An address as people write it: IPv4 within IPv6 as IPv4. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** `name:port`, an IPv6 address in brackets. */
export function endpointName(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
