import { describe, expect, it } from 'vitest';
import { createLiveQueue, type LiveFrame, type LiveQueue } from './queue.ts';

const frame = (type: string, text = type): LiveFrame => ({ type, text });

async function taken(queue: LiveQueue): Promise<string[]> {
  queue.end();
  const texts: string[] = [];
  for (let next = await queue.next(); next; next = await queue.next()) texts.push(next.text);
  return texts;
}

describe('what waits for a client of the live stream', () => {
  it('comes in its order, to who asks before or after', async () => {
    const queue = createLiveQueue({ messages: 3, bytes: 1000 });
    const early = queue.next();
    queue.push(frame('alert', 'a'));
    expect(await early).toEqual(frame('alert', 'a'));
    for (const text of ['b', 'c']) queue.push(frame('alert', text));
    expect(await taken(queue)).toEqual(['b', 'c']);
  });

  it('loses its oldest counters first, and says that something is missing', async () => {
    const queue = createLiveQueue({ messages: 4, bytes: 1000 });
    for (const [type, text] of [
      ['alert', 'a1'],
      ['counters', 'c1'],
      ['counters', 'c2'],
      ['alert', 'a2'],
      ['counters', 'c3'],
      ['alert', 'a3'],
    ] as const) {
      queue.push(frame(type, text));
    }
    expect(await taken(queue)).toEqual(['{"type":"resync","dropped":2}', 'a1', 'a2', 'c3', 'a3']);
  });

  it('never holds more messages or bytes than it may, whatever they are', async () => {
    const queue = createLiveQueue({ messages: 100, bytes: 50 });
    for (let i = 0; i < 1000; i++) queue.push(frame('alert', `${i}`.padStart(10, '0')));
    const texts = await taken(queue);
    expect(texts[0]).toBe(`{"type":"resync","dropped":${1000 - (texts.length - 1)}}`);
    expect(texts.at(-1)).toBe('0000000999');
    expect(texts.slice(1).join('').length).toBeLessThanOrEqual(50);
  });
});
