/** A thread that scans the messages of batches that are offered to it, until there are no more. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
// Not all of `parse/`: until it is loaded, the other thread does everything.
import { scanBatch } from '../parse/scan-batch.ts';
import { createScanner } from '../parse/scanner.ts';
import { createSummedBytes } from './checksum.ts';
import type { ScanTask } from './messages.ts';
import { type ScanJob, slotsIn } from './scan-slots.ts';

const { program, memory } = workerData as ScanTask;
const scanner = createScanner(program);
const slots = slotsIn(memory);
const summed = createSummedBytes();
/** Names of the logs, which come before the first offer. */
let names: readonly string[] | undefined;
/** The log that was read last. */
let open: { readonly source: number; readonly file: number } | undefined;

for (let batch = 0; slots.untilOffered(batch); batch++) {
  const job = slots.take(batch);
  if (!job) continue;
  const found = fetchBytes(job);
  if (found) {
    const { start, end, scanned } = slots.slot(batch);
    const count = job.messages;
    const places = { start: start.subarray(0, count), end: end.subarray(0, count) };
    scanBatch(scanner, { bytes: found, count, ...places }, scanned);
  }
  slots.finish(batch, found ? 'scanned' : 'lost');
}

/** The bytes of a batch, where they stand in a file as they are. */
function fetchBytes({ source, place, bytes, checksum }: ScanJob): Uint8Array | undefined {
  try {
    const file = fileOf(source);
    for (let read = 0; read < bytes; ) {
      const more = readSync(file, summed.bytes, read, bytes - read, place + read);
      if (more === 0) return undefined;
      read += more;
    }
    return summed.sum(bytes) === checksum ? summed.bytes.subarray(0, bytes) : undefined;
  } catch {
    // Whatever is wrong with the file, the thread that offers it says so.
    return undefined;
  }
}

function fileOf(source: number): number {
  if (open?.source === source) return open.file;
  if (open) closeSync(open.file);
  open = undefined;
  names ??= parentPort ? (receiveMessageOnPort(parentPort)?.message as readonly string[]) : undefined;
  open = { source, file: openSync(names?.[source] ?? '', 'r') };
  return open.file;
}
