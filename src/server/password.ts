import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { CaracalError } from '../errors.ts';

/**
 * Hashes a password with scrypt (RFC 7914) and a salt of its own:
 * `scrypt$COST$BLOCK$PARALLEL$SALT$HASH`, which is what `User.passwordHash` holds.
 *
 * @param cost binary logarithm of N; 15 with p = 3 takes 32 MiB and about 0.3 s, as OWASP advises
 * @throws CaracalError `E_USAGE` for a password that is too short or too long
 */
export async function hashPassword(password: string, cost = 15): Promise<string> {
  if (password.length < SHORTEST || password.length > LONGEST) {
    throw new CaracalError('E_USAGE', `A password has ${SHORTEST} to ${LONGEST} characters. Choose another one.`);
  }
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost, BLOCK, PARALLEL);
  return ['scrypt', cost, BLOCK, PARALLEL, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one that was hashed. */
export async function verifyPassword(password: string, encoded: string): Promise<boolean> {
  const [name, cost, block, parallel, salt = '', hash = ''] = encoded.split('$');
  if (name !== 'scrypt' || password.length > LONGEST) return false;
  const expected = Buffer.from(hash, 'base64url');
  const found = await derive(password, Buffer.from(salt, 'base64url'), Number(cost), Number(block), Number(parallel));
  return found.length === expected.length && timingSafeEqual(found, expected);
}

// --- internal ---

const SHORTEST = 10;
const LONGEST = 256;
const BLOCK = 8;
const PARALLEL = 3;
const BYTES = 32;

const scryptOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

function derive(password: string, salt: Buffer, cost: number, r: number, p: number): Promise<Buffer> {
  const N = 2 ** cost;
  return scryptOf(password.normalize('NFKC'), salt, BYTES, { N, r, p, maxmem: 128 * N * r + 1024 * 1024 });
}
