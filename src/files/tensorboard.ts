import { createMessage } from '../tensor/protobuf.ts';
import { crc32c } from '../util/crc32c.ts';

/**
 * The begin of a TensorBoard event file: the record that names its version.
 *
 * @param time epoch ms
 */
export function eventFileHeader(time: number): Uint8Array {
  return record(
    createMessage()
      .double(WALL_TIME, time / 1000)
      .text(FILE_VERSION, 'brain.Event:2')
      .finish(),
  );
}

/**
 * A record with named numbers at one step of a training; those that are NaN are left out.
 *
 * Sources: TensorFlow's `event.proto` and `summary.proto` (the fields), `record_writer.cc` (the framing).
 *
 * @param time epoch ms
 */
export function scalarsRecord(time: number, step: number, scalars: Readonly<Record<string, number>>): Uint8Array {
  const summary = createMessage();
  for (const [tag, value] of Object.entries(scalars)) {
    if (!Number.isNaN(value)) summary.message(SUMMARY_VALUE, createMessage().text(TAG, tag).float(SIMPLE_VALUE, value));
  }
  return record(
    createMessage()
      .double(WALL_TIME, time / 1000)
      .integer(STEP, step)
      .message(SUMMARY, summary)
      .finish(),
  );
}

// --- internal ---

// Event
const WALL_TIME = 1;
const STEP = 2;
const FILE_VERSION = 3;
const SUMMARY = 5;
// Summary
const SUMMARY_VALUE = 1;
// Summary.Value
const TAG = 1;
const SIMPLE_VALUE = 2;

/** A TFRecord: length, its checksum, data, its checksum. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return bytes;
}

/** The format masks its checksums, so that a checksum of checksums is of use. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
