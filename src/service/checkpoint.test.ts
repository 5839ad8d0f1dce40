import { expect, it } from 'vitest';
import { createBudget } from '../alert/index.ts';
import { decodeCheckpoint, encodeCheckpoint, encodeState, type ServiceState } from './checkpoint.ts';
import { createOnlinePipeline } from './online-pipeline.ts';

function state(): ServiceState {
  const pipeline = createOnlinePipeline({
    ...{ session: { kind: 'process' }, sessionTimeout: 1000, mostSessions: 10, learnLines: 10 },
    ...{ alpha: () => 1, leastSeverity: () => 'LOW' as const, knowledge: {} },
  });
  return {
    online: pipeline.snapshot(),
    places: [[1, { generation: 'g', line: 7 }]],
    budget: createBudget({ perDay: 10 }).snapshot(),
    unjudged: 3,
  };
}

it('is read as it was written', async () => {
  expect(decodeCheckpoint(encodeCheckpoint(await encodeState(state()), 42))).toEqual({ ...state(), record: 42 });
});

it('is the state of the moment in which it was asked for', async () => {
  const before = state();
  const encoded = encodeState(before);
  (before.places as unknown as unknown[]).push([2, { generation: 'later', line: 1 }]);
  expect(decodeCheckpoint(encodeCheckpoint(await encoded, 1))).toEqual({ ...state(), record: 1 });
});

it('is refused with what to do wherever it is damaged', async () => {
  const bytes = encodeCheckpoint(await encodeState(state()), 1);
  for (const damaged of [
    new Uint8Array(),
    bytes.subarray(0, bytes.length - 20),
    bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 255 : byte)),
    new TextEncoder().encode('no checkpoint'),
  ]) {
    expect(() => decodeCheckpoint(damaged)).toThrow(/damaged or of another version. Start with --relearn/);
  }
});
