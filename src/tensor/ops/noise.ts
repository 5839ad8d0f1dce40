import { onnxType } from '../onnx-types.ts';
import { defineSingle, expectType } from '../op.ts';
import type { Value } from '../value.ts';

/**
 * Numbers from 0 up to 1, as many as `like` has and of its shape and type, that look
 * random and are a function of `seed`, `step` and their place: the same on every machine,
 * in every run, and after a training that goes on from a checkpoint.
 *
 * Places are hashed by three rounds of a quadratic map modulo the prime 2^31 - 1, since
 * whole numbers are all that every back end computes alike.
 *
 * @param step int64 scalar
 */
export function noise(like: Value, step: Value, seed: number): Value {
  return noiseOp([like, step], { seed });
}

// --- internal ---

const PRIME = 2 ** 31 - 1;
const ROUNDS = [12_345, 2_666_780, 5_321_215];

const noiseOp = defineSingle<[Value, Value], { seed: number }>({
  name: 'noise',
  infer: ([like, step]) => {
    expectType('noise', step, ['int64']);
    return { dtype: like.dtype, shape: like.shape };
  },
  emit: (emitter, [like, step], { output, attributes: { seed } }) => {
    const whole = (value: number): string =>
      emitter.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });
    const [prime, one] = [whole(PRIME), whole(1)];
    const modulo = (value: string): string => emitter.node('Mod', [value, prime]);
    const times = (a: string, b: string): string => modulo(emitter.node('Mul', [a, b]));
    const plus = (a: string, b: string): string => emitter.node('Add', [a, b]);

    const shape = emitter.node('Shape', [like]);
    const count = emitter.node('ReduceProd', [shape], { keepdims: 0 });
    const place = emitter.node('Range', [whole(0), count, one]);
    const start = plus(times(modulo(step), whole(362_436_069)), whole((seed % PRIME) + 88_675_123));
    let x = modulo(plus(times(place, whole(1_103_515_245)), start));
    for (const constant of ROUNDS) {
      // x (x + 1) + c stays below 2^63.
      x = modulo(plus(emitter.node('Mul', [x, plus(x, one)]), whole(constant)));
    }
    const scaled = emitter.node('Div', [
      emitter.node('Cast', [x], { to: onnxType('float64') }),
      emitter.constant({ dtype: 'float64', shape: [], data: Float64Array.of(PRIME) }),
    ]);
    return emitter.node('Reshape', [emitter.node('Cast', [scaled], { to: onnxType(output.dtype) }), shape]);
  },
  gradient: false,
});
