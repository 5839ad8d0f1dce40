import { CaracalError } from '../errors.ts';
import { BEGIN, END, UNKNOWN, type Vocabulary } from '../sequence/index.ts';
import {
  add,
  cast,
  constant,
  float32,
  greater,
  logSoftmax,
  mul,
  neg,
  oneHot,
  reduceSum,
  squeeze,
  tensor,
  type Value,
  where,
} from '../tensor/index.ts';
import type { Expected } from '../types.ts';

/**
 * log p over the vocabulary from the logits of a network that predicts the next key.
 * A key that training never showed has the probability 1 / (N + 1) after N training
 * events (Laplace's rule of succession); `^` never comes next.
 *
 * @param logits (..., V)
 */
export function keyLogProbs(logits: Value, events: number): Value {
  const size = Number(logits.shape.at(-1));
  const impossible = new Float32Array(size);
  impossible[UNKNOWN] = IMPOSSIBLE;
  impossible[BEGIN] = IMPOSSIBLE;
  const isUnknown = new Uint8Array(size);
  isUnknown[UNKNOWN] = 1;
  const logProbs = logSoftmax(add(logits, constant(float32([size], impossible))));
  const scaled = add(logProbs, Math.log(events / (events + 1)));
  return where(constant(tensor('bool', [size], isUnknown)), -Math.log(events + 1), scaled);
}

/**
 * How surprising the keys `next` are under `logProbs`: their NLL and their rank, 1 + how
 * many keys are likelier.
 *
 * @param logProbs (..., V)
 * @param next codes, (...)
 */
export function surpriseOf(logProbs: Value, next: Value): { nll: Value; rank: Value } {
  const hit = oneHot(next, Number(logProbs.shape.at(-1))); // (..., V)
  const own = reduceSum(mul(logProbs, hit), { axes: [-1], keepDims: true }); // (..., 1)
  const likelier = cast(greater(logProbs, own), 'float32'); // (..., V)
  return { nll: neg(squeeze(own, -1)), rank: add(reduceSum(likelier, { axes: [-1] }), 1) };
}

/** The k likeliest keys under one distribution over the vocabulary, best first. */
export function mostExpected(vocabulary: Vocabulary, logProbs: Float32Array, k: number): Expected[] {
  return Array.from(logProbs.keys())
    .filter((code) => code >= END)
    .sort((a, b) => logProbs[b]! - logProbs[a]! || a - b)
    .slice(0, k)
    .map((code) => ({ template: vocabulary.names[code] ?? '', p: Math.exp(logProbs[code]!) }));
}

/** A weight, a column or an output that must be there. */
export function need<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new CaracalError('E_INTERNAL', 'A model misses a weight or a column; please report this.');
}

// --- internal ---

/** Logit of symbols that can never come next: their probability is exactly 0 in float32. */
const IMPOSSIBLE = -1e9;
