/** A thread that is told what to scan for, and then scans the messages of batches that are offered to it, until there are no more. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
// Not all of `parse/`: until it is loaded, the other thread does everything.
import { scanBatch } from '../parse/scan-batch.ts';
import { createScanner } from '../parse/scanner.ts';
import { checksum } from '../util/checksum.ts';
import { wasmMemory } from '../util/wasm.ts';
import type { ScanTask } from './messages.ts';
import { MOST_BYTES, type ScanJob, slotsIn } from './scan-slots.ts';

const room = new Uint8Array(wasmMemory(MOST_BYTES / 65_536).buffer);

parentPort?.once('message', ({ program, memory, names }: ScanTask) => {
  const scanner = createScanner(program);
  const slots = slotsIn(memory);
  const files = createFiles(names);
  for (let batch = 0; slots.untilOffered(batch); batch++) {
    const job = slots.take(batch);
    if (!job) continue;
    const bytes = fetchBytes(job, files);
    if (bytes) {
      const { start, end, scanned } = slots.slot(batch);
      const count = job.messages;
      const places = { start: start.subarray(0, count), end: end.subarray(0, count) };
      scanBatch(scanner, { bytes, count, ...places }, scanned);
    }
    slots.finish(batch, bytes ? 'scanned' : 'lost');
  }
  files.close();
});

/** The bytes of a batch, where they stand in a file as they are. */
function fetchBytes({ source, place, bytes, checksum: expected }: ScanJob, files: Files): Uint8Array | undefined {
  try {
    const file = files.open(source);
    for (let read = 0; read < bytes; ) {
      const more = readSync(file, room, read, bytes - read, place + read);
      if (more === 0) return undefined;
      read += more;
    }
    const found = room.subarray(0, bytes);
    return checksum(found) === expected ? found : undefined;
  } catch {
    // Whatever is wrong with the file, the thread that offers it says so.
    return undefined;
  }
}

/** Files by their numbers, one open at a time. */
interface Files {
  open(source: number): number;
  close(): void;
}

function createFiles(names: readonly string[]): Files {
  let current: { readonly source: number; readonly file: number } | undefined;
  const close = (): void => {
    if (current) closeSync(current.file);
    current = undefined;
  };
  return {
    open: (source) => {
      if (current?.source === source) return current.file;
      close();
      current = { source, file: openSync(names[source]!, 'r') };
      return current.file;
    },
    close,
  };
}
