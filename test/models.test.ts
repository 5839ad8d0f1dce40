import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readModel, writeModel } from '../src/files/index.ts';
import { detectors } from '../src/models/index.ts';
import { sha256Hex } from '../src/util/hash.ts';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { folder, path, write } = workspace();
const rows = Array.from({ length: 60 }, (_, i) => `s${i},5 5 22 ${i % 3 ? '11 9' : '9 11 9'} 26`);
const train = write('train.csv', `session,keys\n${rows.join('\n')}\n`);
const test = write('test.csv', 'session,keys\na,5 5 22 11 9 26\nb,5 99\n');
const master = path('master');
const RECORD = 'promotions.jsonl';

/** A copy of the store, to be spoiled. */
let copies = 0;
function copyOfStore(): string {
  const copy = join(folder, `store-${copies++}`);
  cpSync(master, copy, { recursive: true });
  return copy;
}

const models = (store: string, ...args: string[]) => caracal(['models', ...args, '--store', store, '--by', 'ada']);

beforeAll(async () => {
  for (const [name, kind, seed] of [
    ['first', 'deeplog', '1'],
    ['second', 'deeplog', '2'],
    ['mamba', 'logmamba', '1'],
    ['whole', 'ensemble', '1'],
    ['floor', 'unseen-key', '1'],
  ] as const) {
    const out = join(master, name);
    expect(await caracal(['train', train, '--out', out, '--model', kind, '--seed', seed, ...TINY])).toMatchObject({
      code: 0,
    });
  }
  // What is no model stays out of the list.
  write('master/notes.txt', 'mine');
  write('master/first.1234.partial/manifest.json', '{}');
});

describe('models promote and rollback', () => {
  it('decide which model the store stands for, and keep who did it and when', async () => {
    const store = copyOfStore();
    const current = async () => (await models(store, 'list', '--json')).summary().current;
    expect(await current()).toBe(null);
    expectRefused(await models(store, 'show'), 'no model is current', 'models promote');
    expectRefused(await caracal(['detect', test, '--model-dir', store]), 'has no manifest.json');

    expect((await models(store, 'promote', 'first')).out).toBe('first is current now.\n');
    const second = await models(store, 'promote', 'second', '--json');
    expect(second.summary()).toMatchObject({
      action: 'promote',
      model: 'second',
      before: 'first',
      changed: true,
      by: 'ada',
      time: '1970-01-01T00:00:00.000Z',
    });
    const judge = async (directory: string) =>
      (await caracal(['detect', test, '--model-dir', directory, '--all', '--json'])).out;
    expect(await judge(store)).toBe(await judge(join(store, 'second')));

    expect((await models(store, 'rollback')).out).toBe('first is current now, before: second.\n');
    expect(await judge(store)).toBe(await judge(join(store, 'first')));
    expect(await judge(store)).not.toBe(await judge(join(store, 'second')));
    expectRefused(await models(store, 'rollback'), 'nothing to go back to');
    expect(await current()).toBe('first');

    const promotions = readFileSync(join(store, RECORD), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(promotions.map(({ action, model, by }: Record<string, string>) => [action, model, by])).toEqual([
      ['promote', 'first', 'ada'],
      ['promote', 'second', 'ada'],
      ['rollback', 'first', 'ada'],
    ]);
  });

  it('at the same moment are both in the record, and the later one counts', async () => {
    const store = copyOfStore();
    await models(store, 'promote', 'floor');
    await Promise.all(['first', 'second', 'mamba', 'first'].map((name) => models(store, 'promote', name)));
    const record = (): string[] =>
      readFileSync(join(store, RECORD), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).model);
    expect(new Set(record())).toEqual(new Set(['first', 'floor', 'mamba', 'second']));
    const { current } = (await models(store, 'list', '--json')).summary();
    expect(current).toBe(record().at(-1));
    // Two that go back at once go back to the same model.
    await Promise.all([models(store, 'rollback'), models(store, 'rollback')]);
    const { current: before } = (await models(store, 'list', '--json')).summary();
    expect(before).toBe(record().at(-1));
    expect((await models(store, 'rollback')).code).toBe(0);
  });

  it('promoting the current model changes nothing', async () => {
    const store = copyOfStore();
    await models(store, 'promote', 'first');
    const before = readFileSync(join(store, RECORD), 'utf8');
    expect((await models(store, 'promote', 'first')).out).toBe('first is current already.\n');
    expect(readFileSync(join(store, RECORD), 'utf8')).toBe(before);
  });

  it('notice a model that was replaced or removed after it was promoted', async () => {
    const store = copyOfStore();
    await models(store, 'promote', 'first');
    await models(store, 'promote', 'second');
    rmSync(join(store, 'second'), { recursive: true });
    cpSync(join(store, 'mamba'), join(store, 'second'), { recursive: true });
    expectRefused(await caracal(['detect', test, '--model-dir', store]), 'not the model that was promoted');
    expect((await models(store, 'list', '--json')).ofType('model').some(({ current }) => current)).toBe(false);
    rmSync(join(store, 'first'), { recursive: true });
    expectRefused(await models(store, 'rollback'), "has no model 'first'");
    expect((await models(store, 'promote', 'second')).code).toBe(0);
    expect((await caracal(['detect', test, '--model-dir', store])).code).toBe(0);
  });

  it('do not promote a model that is not sound', async () => {
    const store = copyOfStore();
    flip(join(store, 'first', 'weights.safetensors'));
    expectRefused(await models(store, 'promote', 'first'), 'first is not promoted', 'truncated or changed');
    expect(existsSync(join(store, RECORD))).toBe(false);
  });

  it.each([
    ['no JSON', '{"format": 1, "promo\n', /is damaged \(line 1/],
    ['broken off', '{"format": 1, "promo', /is damaged \(its last line/],
    ['a newer format', '{"format": 99}\n', /has format 99.*Update caracal/],
    ['another content', '{"format": 1, "action": "promote", "model": "../x"}\n', /is damaged \(line 1/],
  ])('refuse a record that is %s', async (_, content, message) => {
    const store = copyOfStore();
    writeFileSync(join(store, RECORD), content);
    for (const verb of [['list'], ['promote', 'first'], ['rollback']]) {
      expectRefused(await models(store, ...verb), message);
    }
    expectRefused(await caracal(['detect', test, '--model-dir', store]), message);
  });
});

describe('models list and show', () => {
  it('list every model, also one that cannot be read, and nothing else', async () => {
    const store = copyOfStore();
    await models(store, 'promote', 'mamba');
    writeFileSync(join(store, 'second', 'manifest.json'), '{"format": 99}');
    writeFileSync(join(store, 'whole', 'manifest.json'), 'null');
    const run = await models(store, 'list', '--json');
    expect(run.ofType('model').map(({ name, model, current }) => [name, model ?? 'damaged', current])).toEqual([
      ['first', 'deeplog', false],
      ['floor', 'unseen-key', false],
      ['mamba', 'logmamba', true],
      ['second', 'damaged', false],
      ['whole', 'damaged', false],
    ]);
    expect(run.ofType('model').find(({ name }) => name === 'second')?.error).toMatch(/model format 99.*Update caracal/);
    expect(run.summary()).toMatchObject({ models: 5, damaged: 2, current: 'mamba' });
    const { out } = await models(store, 'list');
    expect(out).toMatch(/^\* {2}mamba +logmamba/m);
    expect(out).toMatch(/5 models, 2 damaged; \* current since 1970-01-01 00:00:00, by ada\.\n$/);
  });

  it.each(['first', 'mamba', 'whole'])(
    'show the layers of %s, whose parameters are those of its weights',
    async (name) => {
      const run = await models(master, 'show', name, '--json');
      const [model] = run.ofType('model');
      const weights = Object.entries(headersOf(join(master, name)));
      expect(weights.length).toBeGreaterThan(5);
      const layers = model?.layers as { name: string; shape: number[]; parameters: number }[];
      expect(layers.map((layer) => [layer.name, layer.shape])).toEqual(expect.arrayContaining(weights));
      expect(layers).toHaveLength(weights.length);
      for (const { shape, parameters } of layers) expect(parameters).toBe(shape.reduce((a, b) => a * b, 1));
      const sum = layers.reduce((total, { parameters }) => total + parameters, 0);
      expect(run.summary().parameters).toBe(sum);
      const { out } = await models(master, 'show', name);
      expect(out).toMatch(new RegExp(`^sum +${sum.toLocaleString('en-US')}$`, 'm'));
    },
  );

  it('show what is no network without layers', async () => {
    expect((await models(master, 'show', 'floor')).out).toContain('none: unseen-key is no network');
  });
});

describe('models export', () => {
  it('writes graphs that score as the model does, and what is needed to use them', async () => {
    const out = path('exported');
    expect(await models(master, 'export', 'mamba', '--out', out)).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(out).sort()).toEqual(['description.json', 'score.onnx', 'step.onnx']);
    const description = JSON.parse(readFileSync(join(out, 'description.json'), 'utf8'));
    const { model, judgement } = await readModel(join(master, 'mamba'));
    expect(description.vocabulary).toEqual(model.description.vocabulary);
    expect(description.judgement.threshold).toBe(judgement.threshold);
    for (const [file, { sha256, inputs, outputs }] of Object.entries<Record<string, object>>(description.graphs)) {
      const bytes = readFileSync(join(out, file));
      expect(sha256).toBe(sha256Hex(bytes));
      const session = await InferenceSession.create(bytes);
      expect([...session.inputNames].sort()).toEqual(Object.keys(inputs ?? {}).sort());
      expect([...session.outputNames].sort()).toEqual(Object.keys(outputs ?? {}).sort());
      await session.release();
    }
    // Again over the former export, but not over anything else.
    expect((await models(master, 'export', 'first', '--out', out)).code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['description.json', 'score.onnx']);
    expectRefused(await models(master, 'export', 'first', '--out', master), 'holds other files');
  });

  it('refuses what has no graph, and asks where to', async () => {
    expectRefused(await models(master, 'export', 'floor', '--out', path('no')), 'unseen-key is no network');
    expectRefused(await models(master, 'export', 'first'), 'where to');
  });
});

describe('models verify', () => {
  it('finds every model sound that is', async () => {
    const run = await models(master, 'verify', '--json');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.summary()).toMatchObject({ models: 5, failed: 0 });
    for (const { name, ok, checks } of run.ofType('model')) {
      expect([name, ok, checks.length]).toEqual([name, true, 3]);
    }
  });

  it('finds changed files, files that do not fit each other, and a graph of another model', async () => {
    const store = copyOfStore();
    flip(join(store, 'first', 'score.onnx'));
    rmSync(join(store, 'mamba', 'weights.safetensors'));
    await reseal(join(store, 'second'), ({ model, ...rest }) => ({
      ...rest,
      model: { ...model, description: { ...model.description, kind: 'logmamba' } },
    }));
    const other = await readModel(join(master, 'first'));
    await reseal(join(store, 'floor'), () => other);
    const graph = other.model.files.get('score.onnx') ?? new Uint8Array();
    await withGraph(join(store, 'floor'), graph, await graphOf(join(master, 'second')));
    const run = await models(store, 'verify', '--json');
    expect(run.code).toBe(2);
    const failed = run
      .ofType('model')
      .map(({ name, checks }) => [name, checks.find(({ ok }: { ok: boolean }) => !ok)?.check]);
    expect(failed).toEqual([
      ['first', 'files'],
      ['floor', 'graph'],
      ['mamba', 'files'],
      ['second', 'opens'],
      ['whole', undefined],
    ]);
    expect(run.summary()).toMatchObject({ models: 5, failed: 4 });
    const { out, code } = await models(store, 'verify', 'floor');
    expect(code).toBe(2);
    expect(out).toMatch(
      /floor: NOT SOUND\n.*\n.*\n {2}graph {3}failed {2}score.onnx differs from the model by at most .* more than 1e-4/,
    );
  });
});

describe('models refuses', () => {
  it.each([
    [[], /what is to be done\? Use list, show/],
    [['lst'], /no 'models lst'. Did you mean list\?/],
    [['show', 'nobody'], /has no model 'nobody'. It has first, floor/],
    [['show', '../first'], /has no model/],
    [['promote'], /which model/],
    [['rollback', 'first'], /takes no name/],
    [['verify', 'first', 'second'], /takes one name/],
  ])('%o', async (args, message) => {
    expectRefused(await models(master, ...args), message);
  });

  it('a store that is not there', async () => {
    expectRefused(await models(path('nowhere'), 'list'), 'nowhere: does not exist');
    expectRefused(await models(train, 'list'), 'no folder');
  });
});

// --- internal ---

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

type Stored = Awaited<ReturnType<typeof readModel>>;

/** Writes a model anew with something changed, by somebody who knows how to seal it. */
async function reseal(directory: string, change: (stored: Stored) => Stored): Promise<void> {
  await writeModel(directory, change(await readModel(directory)));
}

async function graphOf(directory: string): Promise<Uint8Array> {
  return (await readModel(directory)).model.files.get('score.onnx') ?? new Uint8Array();
}

/** Puts another graph in, with its hash wherever one is kept. */
async function withGraph(directory: string, before: Uint8Array, graph: Uint8Array): Promise<void> {
  await reseal(directory, ({ model, ...rest }) => {
    const weights = Buffer.from(model.files.get('weights.safetensors') ?? new Uint8Array()).toString('latin1');
    const changed = Buffer.from(weights.replace(sha256Hex(before), sha256Hex(graph)), 'latin1');
    const files = new Map(model.files).set('score.onnx', graph).set('weights.safetensors', new Uint8Array(changed));
    return { ...rest, model: { ...model, files } };
  });
  await expect(detectors.deeplog?.decode((await readModel(directory)).model)).resolves.toBeDefined();
}

/** Names and shapes of the tensors in a model's weights files, straight from their headers. */
function headersOf(directory: string): Record<string, number[]> {
  const shapes: Record<string, number[]> = {};
  for (const file of readdirSync(directory).filter((name) => name.endsWith('weights.safetensors'))) {
    const bytes = readFileSync(join(directory, file));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
    const member = file.replace(/weights\.safetensors$/, '');
    for (const [name, { shape }] of Object.entries<{ shape: number[] }>(header)) {
      if (name !== '__metadata__') shapes[member + name] = shape;
    }
  }
  return shapes;
}
