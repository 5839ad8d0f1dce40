import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { StreamClock } from './clock.ts';
import { headerOf, type PushRequest, Refusal } from './push-request.ts';

/** What the body of a request is held to. */
export interface BodyBounds {
  /** Bytes, also unpacked. */
  readonly bodyLimit: number;
  /** Time until the whole body must have come, ms. */
  readonly bodyTimeout: number;
}

/**
 * The body of a request, unpacked. `account` is told of bytes as they come and may refuse them.
 *
 * @throws Refusal 400 for damaged gzip, 408 for a slow sender, 413 for too much, 415 for other packing
 */
export async function readBody(
  request: PushRequest,
  { bodyLimit, bodyTimeout }: BodyBounds,
  clock: StreamClock,
  account: (bytes: number) => void,
): Promise<Buffer> {
  const encoding = headerOf(request, 'content-encoding').toLowerCase();
  if (!PLAIN.has(encoding) && !GZIP.has(encoding)) {
    throw new Refusal(415, `A body packed with ${encoding} is not read. Set the sender's compression to gzip or none.`);
  }
  const tooMuch = `A body may have ${bodyLimit} bytes, unpacked. Set the sender's batch size below that.`;
  if (Number(headerOf(request, 'content-length')) > bodyLimit) throw new Refusal(413, tooMuch);

  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const refusal = new Refusal(
      408,
      `The body did not come within ${bodyTimeout} ms. Send it faster, or less at a time.`,
      {
        connection: 'close',
      },
    );
    cancel = clock.after(bodyTimeout, () => reject(refusal));
  });
  late.catch(() => {});
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // The stream is not ended from here, or nobody could answer on it.
    const body = request.body[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await Promise.race([body.next().catch(endedEarly), late]);
      if (done) break;
      size += value.length;
      account(value.length);
      if (size > bodyLimit) throw new Refusal(413, tooMuch);
      chunks.push(value);
    }
  } finally {
    cancel();
  }
  const packed = Buffer.concat(chunks);
  if (PLAIN.has(encoding)) return packed;
  try {
    const maxOutputLength = Math.min(bodyLimit, Math.max(ALWAYS_UNPACKED, packed.length * MOST_RATIO));
    const body = await unpack(packed, { maxOutputLength });
    account(body.length - packed.length);
    return body;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal(413, `${tooMuch} Beyond 1 MiB it may be at most ${MOST_RATIO} times its packed size.`);
    }
    throw new Refusal(
      400,
      'The body says it is gzip and cannot be unpacked. Check the sender, or send it without compression.',
    );
  }
}

// --- internal ---

function endedEarly(): never {
  throw new Refusal(400, 'The body ended early. Send it again.');
}

const unpack = promisify(gunzip);
const PLAIN = new Set(['', 'identity', 'none']);
const GZIP = new Set(['gzip', 'x-gzip']);
const ALWAYS_UNPACKED = 1024 * 1024;
const MOST_RATIO = 250;
