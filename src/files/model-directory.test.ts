import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calibrate } from '../score/index.ts';
import { readModel, type StoredModel, writeModel } from './model-directory.ts';

let folder = '';
let directory = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'caracal-model-'));
  directory = join(folder, 'model');
});
afterEach(() => rmSync(folder, { recursive: true }));

const stored: StoredModel = {
  model: {
    description: {
      kind: 'deeplog',
      hyperParameters: { window: 10, stopping: 'validation loss' },
      vocabulary: ['<unk>', '^', '$', 'a'],
      seed: 1,
      history: [
        {
          epoch: 1,
          epochs: 2,
          trainLoss: 0.5,
          trainTop1: 0.75,
          trainTop5: 1,
          validationLoss: Number.NaN,
          validationTop1: Number.NaN,
          validationTop5: Number.NaN,
          seconds: 0.1,
        },
      ],
      trainingDataHash: 'abc',
      trainingEvents: 7,
    },
    files: new Map([['weights.safetensors', Uint8Array.of(1, 2, 3, 4)]]),
  },
  judgement: { threshold: 3.5, eventThreshold: Number.POSITIVE_INFINITY, topK: 9, calibration: calibrate([]) },
  parser: new TextEncoder().encode('{"parser":true}'),
  session: 'process',
};

describe('a model directory', () => {
  it('gives back what was written', async () => {
    await writeModel(directory, stored);
    expect(await readModel(directory)).toEqual(stored);
    expect((await readModel(directory, 'deeplog')).model.description.kind).toBe('deeplog');
  });

  it('replaces a model, and nothing else', async () => {
    await writeModel(directory, stored);
    await writeModel(directory, { ...stored, session: 'host' });
    expect((await readModel(directory)).session).toBe('host');
    await expect(writeModel(folder, stored)).rejects.toMatchObject({ code: 'E_FILE_UNWRITABLE' });
    expect((await readModel(directory)).session).toBe('host');
  });

  it.each(['weights.safetensors', 'parser.json', 'manifest.json'])('notices a truncated %s', async (file) => {
    await writeModel(directory, stored);
    truncateSync(join(directory, file), 3);
    await expect(readModel(directory)).rejects.toMatchObject({ code: 'E_MODEL_CORRUPT' });
  });

  it.each([
    ['weights.safetensors', (text: string) => `${text.slice(0, -1)}x`],
    ['manifest.json', (text: string) => text.replace('3.5', '9.5')],
    ['manifest.json', (text: string) => text.replace('"deeplog"', '"other"')],
  ])('notices a tampered %s', async (file, change) => {
    await writeModel(directory, stored);
    const path = join(directory, file);
    writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
    await expect(readModel(directory)).rejects.toMatchObject({ code: 'E_MODEL_CORRUPT' });
  });

  it('notices a missing file', async () => {
    await writeModel(directory, stored);
    rmSync(join(directory, 'weights.safetensors'));
    await expect(readModel(directory)).rejects.toMatchObject({ code: 'E_MODEL_CORRUPT' });
  });

  it('refuses a newer format and says what to do', async () => {
    await writeModel(directory, stored);
    const path = join(directory, 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"format": 1', '"format": 99'));
    await expect(readModel(directory)).rejects.toMatchObject({ code: 'E_MODEL_FORMAT', message: /Update caracal/ });
  });

  it('refuses another kind', async () => {
    await writeModel(directory, stored);
    await expect(readModel(directory, 'logmamba')).rejects.toMatchObject({ code: 'E_MODEL_KIND' });
  });

  it('says where there is no model', async () => {
    await expect(readModel(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_FILE_MISSING' });
    await expect(readModel(folder)).rejects.toMatchObject({ code: 'E_FILE_MISSING', message: /manifest\.json/ });
  });

  it('says where it cannot write, and leaves nothing behind', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeModel(join(folder, 'file', 'model'), stored)).rejects.toMatchObject({
      code: 'E_FILE_UNWRITABLE',
    });
  });
});
