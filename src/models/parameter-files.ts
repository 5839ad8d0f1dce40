import type { Vocabulary } from '../sequence/index.ts';
import { readSafetensors, type Tensors, writeSafetensors } from '../tensor/index.ts';
import { decodeJsonFile, encodeJsonFile } from './json-file.ts';
import { corruptModel } from './network-files.ts';
import type { Interval, Scale } from './parameter-interval.ts';
import type { ParameterNetwork } from './parameter-judge.ts';
import type { ParameterModel } from './parameter-model.ts';
import { parameterShapes } from './parameter-network.ts';
import type { Slot } from './parameter-slots.ts';

const SLOTS_FILE = 'parameters.json';
const WEIGHTS_FILE = 'parameters.safetensors';

/** The files of a parameter model, none where there is no model. */
export function encodeParameters(model: ParameterModel | null, vocabulary: Vocabulary): Map<string, Uint8Array> {
  if (!model) return new Map();
  const { slots, network, width, sequenceLimit } = model;
  const nameOf = (code: number): string => vocabulary.names[code] ?? '';
  const data = {
    width,
    // JSON has no infinity: without held-out sequences there is no limit.
    sequenceLimit: Number.isFinite(sequenceLimit) ? sequenceLimit : null,
    keys: [...slots].map(([code, places]) => ({ key: nameOf(code), places })),
    network: network && { ...network.sizes, names: Array.from(network.codes, nameOf) },
  };
  const files = new Map([[SLOTS_FILE, encodeJsonFile(data)]]);
  if (network) files.set(WEIGHTS_FILE, writeSafetensors(network.weights, { kind: 'parameters' }));
  return files;
}

/**
 * Reads the model back and checks everything.
 *
 * @param stated what the description says of it, see `describeParameters`
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function decodeParameters(
  files: ReadonlyMap<string, Uint8Array>,
  vocabulary: Vocabulary,
  stated: string,
): ParameterModel | null {
  if (stated.startsWith('none')) return null;
  const bytes = files.get(SLOTS_FILE);
  const { width, sequenceLimit, keys, network } = fields(decodeJsonFile(SLOTS_FILE, bytes), 'data');
  if (!isCount(width, 16)) throw damaged('its width');
  if (sequenceLimit !== null && !(isNumber(sequenceLimit) && sequenceLimit >= 1)) throw damaged('its limit');
  const slots = new Map(
    list(keys, 'keys').map((entry) => {
      const { key, places } = fields(entry, 'a key');
      const read = list(places, 'places').map(slotOf);
      if (read.length > width) throw damaged(`the width of key ${key}`);
      return [codeOf(key, vocabulary), read] as const;
    }),
  );
  return {
    slots,
    width,
    sequenceLimit: sequenceLimit ?? Number.POSITIVE_INFINITY,
    network: network === null ? null : networkOf(fields(network, 'network'), width, files, vocabulary),
  };
}

// --- internal ---

function networkOf(
  { keys, history, hidden, names }: Record<string, unknown>,
  width: number,
  files: ReadonlyMap<string, Uint8Array>,
  vocabulary: Vocabulary,
): ParameterNetwork {
  if (!isCount(keys, 1e6) || !isCount(history, 1000) || !isCount(hidden, 4096))
    throw damaged('the sizes of its network');
  const codes = Int32Array.from(list(names, 'names'), (name) => codeOf(name, vocabulary));
  if (codes.length !== keys) throw damaged('the keys of its network');
  const sizes = { keys, history, hidden, width };
  const bytes = files.get(WEIGHTS_FILE);
  if (bytes === undefined) throw corruptModel(`${WEIGHTS_FILE} is missing`);
  const { tensors, metadata } = readSafetensors(bytes);
  if (metadata.kind !== 'parameters' || metadata.sha256 === undefined)
    throw corruptModel(`${WEIGHTS_FILE} is another's`);
  return { sizes, codes, weights: checkedWeights(tensors, parameterShapes(sizes)) };
}

function checkedWeights(tensors: Tensors, shapes: Readonly<Record<string, readonly number[]>>): Tensors {
  if (Object.keys(tensors).length !== Object.keys(shapes).length) {
    throw corruptModel(`${WEIGHTS_FILE} holds other weights than its network has`);
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const { data, shape: found } = tensors[name] ?? {};
    if (found?.join() !== shape.join() || !(data instanceof Float32Array) || !data.every(Number.isFinite)) {
      throw corruptModel(`"${name}" in ${WEIGHTS_FILE} is not float32 [${shape.join(', ')}], or not finite`);
    }
  }
  return tensors;
}

function slotOf(value: unknown): Slot {
  const { scale, interval, predicted, by } = fields(value, 'a place');
  const way = WAYS.find((name) => name === by);
  const judged = way === 'network' || way === 'gaussian';
  const sound = (interval !== null) === judged && (predicted !== null) === (way === 'network');
  if (way === undefined || !sound || (judged && scale === null)) throw damaged('how it judges');
  return {
    scale: scale === null ? null : scaleOf(scale),
    interval: interval === null ? null : intervalOf(interval),
    predicted: predicted === null ? null : intervalOf(predicted),
    by: way,
  };
}

const WAYS = ['network', 'gaussian', 'too few values', 'a counter'] as const;

function scaleOf(value: unknown): Scale {
  const { log, signed, mean, sd } = fields(value, 'a scale');
  if (typeof log !== 'boolean' || typeof signed !== 'boolean' || !isNumber(mean) || !isNumber(sd) || sd <= 0)
    throw damaged('a scale');
  return { log, signed, mean, sd };
}

function intervalOf(value: unknown): Interval {
  const { center, reach } = fields(value, 'an interval');
  if (!isNumber(center) || !isNumber(reach) || reach <= 0) throw damaged('an interval');
  return { center, reach };
}

function codeOf(name: unknown, vocabulary: Vocabulary): number {
  const code = typeof name === 'string' ? (vocabulary.encode([name])[0] ?? 0) : 0;
  if (code <= 2) throw damaged(`the key ${name}`);
  return code;
}

function fields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw damaged(what);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged(what);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown, most: number): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 1 && value <= most;
}

function damaged(what: string) {
  return corruptModel(`${what} in ${SLOTS_FILE} makes no sense`);
}
