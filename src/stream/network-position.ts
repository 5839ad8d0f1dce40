import { z } from 'zod';
import { readPosition, VERSION } from './position.ts';
import type { Position, SourceKind } from './source.ts';

/** A request that was taken in: hashes of its idempotency key and of its body, and what its answer was made of. */
export type Receipt = readonly [key: string, body: string, sender: string, lines: number];

/** Where a source stands that numbers its lines itself. */
export interface NetworkPlace {
  /** How often the source was opened. */
  readonly run: number;
  /** Number of the next line. */
  readonly line: number;
  /** When the last line was received, epoch ms; `null` where none was. */
  readonly at: number | null;
  /** It was stopped in good order. */
  readonly stopped: boolean;
  /** Requests that are known when they come again, the latest last. */
  readonly receipts: readonly Receipt[];
}

export function networkPosition(kind: SourceKind, place: NetworkPlace): Position {
  const { receipts, ...rest } = place;
  return { version: VERSION, kind, ...rest, ...(receipts.length > 0 ? { receipts } : {}) };
}

/** @throws CaracalError `E_FORMAT_INVALID` */
export function readNetworkPosition(kind: SourceKind, position: Position | null): NetworkPlace | null {
  if (position === null) return null;
  const place = readPosition(kind, shape, position);
  return { ...place, receipts: place.receipts ?? [] };
}

// --- internal ---

const shape = z.object({
  run: z.int().min(0),
  line: z.int().min(1),
  at: z.number().nullable(),
  stopped: z.boolean(),
  receipts: z.array(z.tuple([z.string(), z.string(), z.string(), z.int().min(0)])).optional(),
});
