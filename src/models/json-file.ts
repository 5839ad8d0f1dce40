import { sha256Hex } from '../util/hash.ts';
import { corruptModel } from './network-files.ts';

/** Data of a model as a JSON file that carries its own hash, so that a change shows. */
export function encodeJsonFile(data: unknown): Uint8Array {
  const text = JSON.stringify(data);
  return new TextEncoder().encode(`{"sha256":"${sha256Hex(new TextEncoder().encode(text))}","data":${text}}\n`);
}

/**
 * Reads the data back.
 *
 * @param name of the file, for the message
 * @throws CaracalError `E_MODEL_CORRUPT` where the file is missing, cut short or changed
 */
export function decodeJsonFile(name: string, bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) throw corruptModel(`${name} is missing`);
  const text = new TextDecoder().decode(bytes);
  const [, hash, data] = /^\{"sha256":"([0-9a-f]{64})","data":(.*)\}\n$/s.exec(text) ?? [];
  if (data === undefined || sha256Hex(new TextEncoder().encode(data)) !== hash) {
    throw corruptModel(`${name} was cut short or changed`);
  }
  return JSON.parse(data);
}
