import type { LiveClient } from './hub.ts';

/** Headers of such a stream; the last keeps nginx from collecting it. */
export const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/**
 * A client's messages as server-sent events (WHATWG HTML, 9.2). The next one is asked for
 * when the connection took the one before, so that nothing piles up behind a slow reader.
 */
export function eventStream({ queue, leave }: LiveClient): Response {
  const encoder = new TextEncoder();
  let id = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const frame = await queue.next();
        if (!frame) {
          leave();
          controller.close();
          return;
        }
        // JSON has no line breaks of its own, so that one `data` line holds it.
        controller.enqueue(encoder.encode(`event: ${frame.type}\nid: ${++id}\ndata: ${frame.text}\n\n`));
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: EVENT_STREAM });
}
