import { readFile } from 'node:fs/promises';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { CaracalError } from '../errors.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
  /** With it only senders whose certificate it signed are let in. */
  readonly clientCa?: string;
}

/**
 * What a TLS server needs, read from files.
 *
 * @throws CaracalError `E_FILE_UNREADABLE`
 */
export async function readTls({ key, cert, clientCa }: TlsFiles): Promise<TlsOptions> {
  const pair = { key: await readPem(key), cert: await readPem(cert), minVersion: 'TLSv1.2' as const };
  const clients =
    clientCa === undefined ? {} : { ca: await readPem(clientCa), requestCert: true, rejectUnauthorized: true };
  try {
    createSecureContext({ ...pair, ...clients });
  } catch (cause) {
    throw new CaracalError(
      'E_FILE_UNREADABLE',
      `${key} and ${cert} are not a key and its certificate (${(cause as Error).message}). Give PEM files that belong together.`,
      { file: cert },
      { cause },
    );
  }
  return { ...pair, ...clients };
}

// --- internal ---

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new CaracalError(
      'E_FILE_UNREADABLE',
      `${path} cannot be read (${reason}). Give the path of a PEM file that this user may read.`,
      { file: path },
      { cause },
    );
  }
}
