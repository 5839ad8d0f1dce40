import { createHmac, timingSafeEqual } from 'node:crypto';

/** Name of the header that signs a webhook. */
export const SIGNATURE_HEADER = 'x-caracal-signature';

/**
 * `t=<seconds since the epoch>, v1=<hex>`: HMAC-SHA256 with the target's secret over the
 * seconds, a full stop and the body, byte for byte. The time is signed too, so that an old
 * request cannot be sent again later.
 */
export function signature(secret: string, body: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds}, v1=${digest(secret, seconds, body)}`;
}

/**
 * Whether a webhook is ours and fresh, for those who receive it.
 *
 * ```ts
 * const genuine = verifySignature({ secret, header: request.headers['x-caracal-signature'], body, now: Date.now() });
 * ```
 *
 * @param body as it came, before anything parsed it
 * @param tolerance how far its time may be from `now`, ms; 5 minutes unless told
 */
export function verifySignature({
  secret,
  header,
  body,
  now,
  tolerance = 300_000,
}: {
  readonly secret: string;
  readonly header: string | undefined;
  readonly body: string;
  readonly now: number;
  readonly tolerance?: number | undefined;
}): boolean {
  const parts = /^t=(\d{1,15}), ?v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (!parts) return false;
  const seconds = Number(parts[1]);
  const same = timingSafeEqual(Buffer.from(parts[2] ?? '', 'hex'), Buffer.from(digest(secret, seconds, body), 'hex'));
  return same && Math.abs(now - seconds * 1000) <= tolerance;
}

// --- internal ---

function digest(secret: string, seconds: number, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}
