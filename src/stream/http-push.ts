import { createHash } from 'node:crypto';
import { BLOCK_LINES, type Block, createBlockBuilder } from './block-builder.ts';
import { type StreamClock, systemClock } from './clock.ts';
import type { FeedCounts } from './counts.ts';
import { createFramer } from './framer.ts';
import { createIntake, type Intake, type QueueBounds, queueDefaults } from './intake.ts';
import { lineSink, putMessage } from './line-sink.ts';
import { type BodyBounds, readBody } from './push-body.ts';
import { acceptance, formOf, linesOf, type PushedLines } from './push-forms.ts';
import { headerOf, type PushRequest, type PushResponse, Refusal, refusalResponse } from './push-request.ts';
import type { Feed, LiveSource } from './source.ts';

export interface PushBounds extends QueueBounds, BodyBounds {
  /** Bytes that are kept of a line. */
  readonly lineLimit: number;
  /** How long a request waits for room in the queue before it is told to come again, ms. */
  readonly roomTimeout: number;
  /** How long a request waits to be stored before it is told to come again, ms. */
  readonly answerTimeout: number;
  /** Requests with an idempotency key that are known when they come again. */
  readonly rememberedKeys: number;
}

export interface HttpPushOptions extends Partial<PushBounds> {
  /** What people call it, `push` unless told; no two sources have the same. */
  readonly name?: string;
}

/** A feed that is pushed to by whatever serves HTTP. */
export interface PushFeed extends Feed {
  /** Takes a request in; answers 2xx when its lines are durable. Never throws. */
  handle(request: PushRequest): Promise<PushResponse>;
}

/**
 * Lines that are pushed by HTTP POST: text and JSON lines, JSON objects, Loki's JSON form
 * and OTLP/HTTP in JSON, each also as gzip. A request is answered with 2xx when what it
 * brought is durable. A request with the `Idempotency-Key` of one that is known is not
 * taken again and gets the answer of the first.
 */
export function httpPush(options: HttpPushOptions = {}): LiveSource<PushFeed> {
  const { name = 'push' } = options;
  const bounds: PushBounds = { ...pushDefaults, ...options };
  return {
    kind: 'http-push',
    name,
    open: async (position, { clock = systemClock } = {}) => {
      const remembered = bounds.rememberedKeys;
      const intake = createIntake({ kind: 'http-push', name, position, clock, bounds, remembered });
      let open = true;
      const door = createDoor(intake, bounds, clock);
      return {
        handle: async (request) => {
          intake.counts.requests++;
          try {
            if (!open) throw new Refusal(503, 'Caracal is stopping. Send it again.', { ...LATER, connection: 'close' });
            return await door(request);
          } catch (error) {
            intake.counts.requestsRefused++;
            // A request must not end the process, whatever it finds broken.
            return refusalResponse(error instanceof Refusal ? error : new Refusal(500, BROKEN));
          }
        },
        next: intake.next,
        stop: async () => {
          open = false;
          intake.end();
        },
        close: async () => {
          open = false;
          intake.close();
        },
        counts: () => ({ ...intake.counts }),
      };
    },
  };
}

// --- internal ---

const pushDefaults: PushBounds = {
  ...queueDefaults,
  bodyLimit: 8 * 1024 * 1024,
  bodyTimeout: 30_000,
  lineLimit: 1024 * 1024,
  roomTimeout: 5000,
  answerTimeout: 60_000,
  rememberedKeys: 1024,
};

const BROKEN = 'Something in Caracal is broken. Send it again, and report it if it stays so.';
const LATER = { 'retry-after': '2' };

/** What a request came to that was read and is not answered. */
interface Pending {
  readonly body: string;
  readonly stored: Promise<PushResponse>;
}

function createDoor(
  intake: Intake,
  bounds: PushBounds,
  clock: StreamClock,
): (request: PushRequest) => Promise<PushResponse> {
  /** Requests with a key that are on their way, by the hash of the key. */
  const pending = new Map<string, Pending>();
  /** Bytes of bodies that are being read. */
  let arriving = 0;

  /** Waits for room in the queue; who came first goes first. */
  const room = async (deadline: number): Promise<void> => {
    while (intake.full) {
      await new Promise<void>((resolve, reject) => {
        const forget = intake.whenRoom(() => {
          cancel();
          resolve();
        });
        const cancel = clock.after(deadline - clock.now(), () => {
          forget();
          reject(new Refusal(503, 'More comes than can be stored now. Send it again later.', LATER));
        });
      });
    }
  };

  const store = (block: Block, sender: string, receipt: readonly [string, string] | undefined): Promise<PushResponse> =>
    new Promise((resolve, reject) => {
      intake.takeUnit(block, {
        receipt: receipt && [...receipt, sender, block.count],
        settled: () => resolve(acceptance(sender, block.count)),
        failed: () => reject(new Refusal(503, 'The lines could not be stored. Send them again.', LATER)),
      });
    });

  /** The answer, or one that says that it takes too long. */
  const inTime = async (stored: Promise<PushResponse>): Promise<PushResponse> => {
    let cancel = (): void => {};
    const late = new Promise<never>((_, reject) => {
      const refusal = new Refusal(
        503,
        'The lines are not stored yet. Send them again, with the same Idempotency-Key so that they are not doubled.',
        LATER,
      );
      cancel = clock.after(bounds.answerTimeout, () => reject(refusal));
    });
    return Promise.race([stored, late]).finally(cancel);
  };

  return async (request) => {
    if (request.method !== 'POST') throw new Refusal(405, 'Logs are sent with POST.', { allow: 'POST' });
    // Any page that somebody visits could send text to this machine.
    if (headerOf(request, 'origin') !== '')
      throw new Refusal(403, 'A web page sends no logs. Send them without Origin.');
    const form = formOf(request);
    const key = headerOf(request, 'idempotency-key');
    if (key.length > LONGEST_KEY) throw new Refusal(400, `An Idempotency-Key has at most ${LONGEST_KEY} characters.`);
    const deadline = clock.now() + bounds.roomTimeout;
    await room(deadline);

    let size = 0;
    let body: Buffer;
    try {
      body = await readBody(request, bounds, clock, (bytes) => {
        size += bytes;
        arriving += bytes;
        if (arriving + intake.counts.waitingBytes <= bounds.queueBytes + bounds.bodyLimit) return;
        throw new Refusal(503, 'More comes at once than can be held. Send it again later.', LATER);
      });
      // Others may have come before.
      await room(deadline);
    } finally {
      arriving -= size;
    }
    if (key === '') return inTime(storeLines(linesOf(form, body), undefined));

    const name = hashOf(key);
    const content = hashOf(body);
    const known = intake.receipts.find(([receipt]) => receipt === name);
    const first = pending.get(name);
    if (known || first) {
      if ((known?.[1] ?? first?.body) !== content) {
        throw new Refusal(422, 'This Idempotency-Key was used for another body. Take a new key for every request.');
      }
      intake.counts.duplicates++;
      return known ? acceptance(known[2], known[3]) : inTime((first as Pending).stored);
    }
    const stored = storeLines(linesOf(form, body), [name, content]);
    pending.set(name, { body: content, stored });
    const forget = (): void => {
      pending.delete(name);
    };
    stored.then(forget, forget);
    return inTime(stored);

    async function storeLines(
      pushed: PushedLines,
      receipt: readonly [string, string] | undefined,
    ): Promise<PushResponse> {
      const block = blockOf(pushed, bounds, intake.counts, clock.now(), request.peer);
      return block.count === 0 ? acceptance(pushed.sender, 0) : store(block, pushed.sender, receipt);
    }
  };
}

const LONGEST_KEY = 255;

/** @throws Refusal 413 for too many lines */
function blockOf(
  { lines }: PushedLines,
  { lineLimit }: PushBounds,
  counts: FeedCounts,
  received: number,
  peer: string,
): Block {
  const builder = createBlockBuilder(counts);
  const sink = lineSink(builder, counts);
  sink.begin(received, peer);
  const bounds = { lineLimit, frameLimit: 0 };
  const count = lines instanceof Uint8Array ? lineCount(lines) : lines.length;
  if (count > BLOCK_LINES) {
    throw new Refusal(413, `A request may have ${BLOCK_LINES} lines. Set the sender's batch size below that.`);
  }
  if (lines instanceof Uint8Array) {
    const framer = createFramer('newline', bounds, sink);
    framer.push(lines);
    // The last line of a body needs no line end.
    if (framer.pending > 0) framer.push(LINE_END);
  } else {
    for (const line of lines) putMessage(sink, Buffer.from(line), lineLimit);
  }
  return builder.take();
}

const LINE_END = Uint8Array.of(0x0a);

function lineCount(body: Uint8Array): number {
  let count = body.length > 0 && body.at(-1) !== 0x0a ? 1 : 0;
  for (let at = body.indexOf(0x0a); at >= 0; at = body.indexOf(0x0a, at + 1)) count++;
  return count;
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
