import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EpochReport } from '../models/index.ts';
import { openRun } from './run-record.ts';

const BEGUN = Date.UTC(2017, 2, 27, 13, 4, 5);
const START = { command: 'train', model: 'deeplog', seed: 3, hidden: 64 };
const report = (epoch: number): EpochReport => ({
  epoch,
  epochs: 2,
  trainLoss: 1 / epoch,
  trainTop1: 0.5,
  trainTop5: 0.75,
  validationLoss: epoch === 1 ? Number.NaN : 0.625,
  validationTop1: Number.NaN,
  validationTop5: Number.NaN,
  seconds: 0.25,
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caracal-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Records two epochs and a test, a second apart. */
function recordOne(): string {
  let time = BEGUN;
  const run = openRun(folder, START, () => time);
  for (const epoch of [1, 2]) {
    time += 1000;
    run.epoch(report(epoch));
  }
  time += 1000;
  run.end({ status: 'done', out: 'model', test: { sequences: 4, events: 9, loss: 0.5, top1: 0.25, top5: 1 } });
  return run.directory;
}

const linesOf = (directory: string) =>
  readFileSync(join(directory, 'run.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the record of a run', () => {
  it('is a line for the begin, each epoch and the end', () => {
    const directory = recordOne();
    expect(directory).toBe(join(folder, 'deeplog-20170327T130405Z-seed3'));
    const [begin, first, second, end, ...more] = linesOf(directory);
    expect(more).toEqual([]);
    expect(begin).toMatchObject({ type: 'run', time: '2017-03-27T13:04:05.000Z', ...START });
    expect(first).toMatchObject({ type: 'epoch', epoch: 1, trainLoss: 1, validationLoss: null });
    expect(second).toMatchObject({ type: 'epoch', time: '2017-03-27T13:04:07.000Z', epoch: 2, validationLoss: 0.625 });
    expect(end).toMatchObject({ type: 'end', status: 'done', out: 'model', test: { top1: 0.25 } });
  });

  it('has the same numbers for TensorBoard', () => {
    const directory = recordOne();
    const file = readdirSync(directory).find((name) => name.includes('tfevents')) ?? '';
    expect(file).toBe(`events.out.tfevents.${BEGUN / 1000}.caracal`);
    const [header, ...events] = decodeEvents(readFileSync(join(directory, file)));
    expect(header).toEqual({ wallTime: BEGUN / 1000, fileVersion: 'brain.Event:2' });
    const value = (tag: string, simpleValue: number) => ({ tag, simpleValue });
    expect(events).toEqual([
      {
        wallTime: BEGUN / 1000 + 1,
        step: 1,
        summary: { value: [value('loss/train', 1), value('top1/train', 0.5), value('top5/train', 0.75)] },
      },
      {
        wallTime: BEGUN / 1000 + 2,
        step: 2,
        summary: {
          value: [
            value('loss/train', 0.5),
            value('loss/validation', 0.625),
            value('top1/train', 0.5),
            value('top5/train', 0.75),
          ],
        },
      },
      {
        wallTime: BEGUN / 1000 + 3,
        step: 2,
        summary: { value: [value('loss/test', 0.5), value('top1/test', 0.25), value('top5/test', 1)] },
      },
    ]);
  });

  it('has a folder of its own, also for two of the same second', () => {
    expect(recordOne()).not.toBe(recordOne());
    expect(readdirSync(folder).sort()).toEqual(['deeplog-20170327T130405Z-seed3', 'deeplog-20170327T130405Z-seed3-2']);
  });

  it('says where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openRun(join(folder, 'file'), START, () => BEGUN)).toThrow(/cannot be written.*--runs/);
    expect(() => openRun('', START, () => BEGUN)).toThrow(/--runs is empty/);
  });
});

// --- internal ---

/** An event file decoded by the published schema, every checksum checked. */
function decodeEvents(file: Buffer): object[] {
  const { root } = protobuf.parse(`syntax = "proto3";
    message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
    message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }`);
  const Event = root.lookupType('Event');
  const events: object[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(maskedChecksum(file.subarray(at, at + 8)));
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedChecksum(data));
    events.push(Event.toObject(Event.decode(data), { longs: Number }));
    at += 16 + length;
  }
  return events;
}

/** Bit by bit, after the definition in the TFRecord format. */
function maskedChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}
