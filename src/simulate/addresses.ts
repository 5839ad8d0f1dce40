import type { Rng } from '../util/rng.ts';
import { hexadecimal, integer } from './chance.ts';

/** Addresses and ports. Public ones are drawn at random; that one belongs to somebody is chance. */

/** A public IPv4 address outside the special ranges of RFC 6890. */
export function publicAddress(rng: Rng): string {
  let first = integer(rng, 2, 222);
  while (SPECIAL_FIRST_OCTETS.has(first)) first = integer(rng, 2, 222);
  return `${first}.${rng.int(256)}.${rng.int(256)}.${integer(rng, 1, 254)}`;
}

/** Another address of the same /24. */
export function neighbourAddress(rng: Rng, address: string): string {
  return `${address.slice(0, address.lastIndexOf('.'))}.${integer(rng, 1, 254)}`;
}

/** A source port out of Linux's ephemeral range. */
export function ephemeralPort(rng: Rng): number {
  return integer(rng, 32768, 60999);
}

/** A hardware address of a common vendor's block. */
export function hardwareAddress(rng: Rng): string {
  const tail = hexadecimal(rng, 6);
  return `${rng.pick(VENDOR_PREFIXES)}:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4)}`;
}

// --- internal ---

/** Private, loopback, link-local, carrier-grade, documentation and benchmark blocks lie in these /8. */
const SPECIAL_FIRST_OCTETS: ReadonlySet<number> = new Set([10, 100, 127, 169, 172, 192, 198, 203]);

const VENDOR_PREFIXES = [
  '3c:ec:ef',
  'a4:bb:6d',
  '98:90:96',
  '00:1b:21',
  'd4:5d:64',
  '54:bf:64',
  'f8:b1:56',
  '48:4d:7e',
];
