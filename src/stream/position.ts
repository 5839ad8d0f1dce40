import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import type { Position, SourceKind } from './source.ts';

/** Version of all positions. */
export const VERSION = 1;

/**
 * A position that this version of this kind of source wrote.
 *
 * @throws CaracalError `E_FORMAT_INVALID`
 */
export function readPosition<T>(kind: SourceKind, wanted: z.ZodType<T>, position: Position): T {
  const read = z.looseObject({ version: z.literal(VERSION), kind: z.literal(kind) }).safeParse(position);
  const place = wanted.safeParse(position);
  if (read.success && place.success) return place.data;
  throw new CaracalError(
    'E_FORMAT_INVALID',
    `A stored position is not one of a ${kind} source of this version. Use the version that wrote it, or remove the source and add it again.`,
    { kind, version: String(position.version), found: String(position.kind) },
  );
}
