import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScannedRows, createScanner, scanBatch } from '../parse/index.ts';
import { defaultMasks } from '../parse/masks.ts';
import { checksum } from '../util/checksum.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { wasmMemory } from '../util/wasm.ts';
import type { ScanTask } from './messages.ts';
import { createSlotMemory, type ScanJob, type ScanState, slotsIn } from './scan-slots.ts';
import { startThread } from './start-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'caracal-scan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const messages = ['Accepted password for root from 10.0.0.1', 'session 42 opened', 'session 43 opened'];
const text = encodeUtf8(`${messages.join('\n')}\n`);
const end = messages.map((_, i) => messages.slice(0, i + 1).join('\n').length);
const start = end.map((each, i) => each - (messages[i]?.length ?? 0));

describe('a scanning thread', () => {
  it('finds the shapes of messages in a file, and says where the file does not hold what it should', async () => {
    const file = join(folder, 'some.log');
    writeFileSync(file, `${'-'.repeat(1000)}${messages.join('\n')}\n`);
    const own = new Uint8Array(wasmMemory(1).buffer, 0, text.length);
    own.set(text);
    const right: ScanJob = { source: 1, place: 1000, bytes: text.length, checksum: checksum(own), messages: 3 };
    const jobs: readonly (readonly [ScanJob, ScanState])[] = [
      [right, 'scanned'],
      [{ ...right, place: 999 }, 'lost'],
      [{ ...right, place: 1001 }, 'lost'],
      [{ ...right, place: 1e6 }, 'lost'],
      [{ ...right, source: 0 }, 'lost'],
      [{ ...right, checksum: right.checksum ^ 1 }, 'lost'],
      [right, 'scanned'],
    ];
    const scanner = createScanner(defaultMasks);
    const memory = createSlotMemory(2);
    const slots = slotsIn(memory);
    const thread = startThread(import.meta.url, 'scan-thread', undefined);
    const task: ScanTask = { program: scanner.program, memory, names: [join(folder, 'none.log'), file] };
    thread.postMessage(task);
    await slots.untilWatched();
    for (const [batch, [job, state]] of jobs.entries()) {
      const slot = slots.slot(batch);
      slot.start.set(start);
      slot.end.set(end);
      slot.scanned.shapes.fill(0);
      slots.offer(batch, job);
      while (slots.stateOf(batch) === 'offered') await new Promise((resolve) => setImmediate(resolve));
      await slots.untilFinished(batch);
      expect(slots.stateOf(batch)).toBe(state);
      const places = { start: Int32Array.from(start), end: Int32Array.from(end) };
      const found = scanBatch(scanner, { bytes: text, count: 3, ...places }, createScannedRows(3, text.length));
      const { shapes, tokens } = slot.scanned;
      if (state === 'scanned') expect([shapes.slice(0, 6), tokens.slice(0, 3)]).toEqual([found.shapes, found.tokens]);
    }
    slots.close();
    expect(await once(thread, 'exit')).toEqual([0]);
  });
});

describe('slots', () => {
  it('are taken by one thread each, and tell one batch from the next in the same slot', () => {
    const memory = createSlotMemory(2);
    const [mine, others] = [slotsIn(memory), slotsIn(memory)];
    const job = (source: number): ScanJob => ({ source, place: 2 ** 40 + source, bytes: 5, checksum: -7, messages: 1 });
    expect(mine.take(0)).toBeUndefined();
    for (let batch = 0; batch < 5; batch++) {
      mine.offer(batch, job(batch));
      expect(mine.stateOf(batch)).toBe('offered');
      expect(others.untilOffered(batch)).toBe(true);
      // The one that stood here before.
      if (batch >= 2) expect(others.take(batch - 2)).toBeUndefined();
      expect(others.take(batch)).toEqual(job(batch));
      expect(mine.take(batch)).toBeUndefined();
      others.finish(batch, 'scanned');
      expect(mine.stateOf(batch)).toBe('scanned');
    }
    mine.close();
    expect(others.untilOffered(5)).toBe(false);
  });
});
