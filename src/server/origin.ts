import { isIP } from 'node:net';
import { Problem } from './problem.ts';

/**
 * The host names that a server on this address answers to: on a loopback address only its
 * own, so that no name that somebody else's DNS leads here is let in (DNS rebinding); else
 * any, unless some are given.
 */
export function hostsFor(address: string, more: readonly string[] = []): readonly string[] | undefined {
  const loopback = address === 'localhost' || address === '::1' || /^127\./.test(address);
  if (!loopback) return more.length > 0 ? [...more, address] : undefined;
  return ['localhost', '127.0.0.1', '::1', address, ...more];
}

/** @throws Problem 421 where a request is for a host that is not served here */
export function checkHost(request: Request, hosts: readonly string[] | undefined): void {
  if (!hosts) return;
  const name = hostName(request.headers.get('host') ?? new URL(request.url).host);
  if (name !== null && hosts.includes(name)) return;
  throw new Problem(
    421,
    'Nothing of this name is served here. Use the address that Caracal printed, or name it to it.',
  );
}

/**
 * Whether a browser sent a request on behalf of this very site, as far as its headers
 * say. Programs say nothing, and pass.
 */
export function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return true;
  try {
    return new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host);
  } catch {
    return false;
  }
}

// --- internal ---

/** `[::1]:7007` is `::1`. */
function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  const name = (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
  return name !== null && match?.[1] !== undefined && isIP(name) !== 6 ? null : name;
}
