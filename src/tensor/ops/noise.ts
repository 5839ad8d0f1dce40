import { onnxType } from '../onnx-types.ts';
import { defineSingle, expectType } from '../op.ts';
import type { Value } from '../value.ts';

/**
 * Numbers from 0 up to 1, as many as `like` has and of its shape and type, that look
 * random and are a function of `seed`, `step` and their place: the same on every machine,
 * in every run, and after a training that goes on from a checkpoint.
 *
 * Each row along the last axis has numbers a and b and each column a number c, and a place
 * has the fraction of a + b c: numbers of a row are independent of one another in pairs,
 * and a number costs two operations (Carter & Wegman, "Universal Classes of Hash
 * Functions", 1979). The a, b and c are places hashed by three rounds of a quadratic map
 * modulo the prime 2^31 - 1, since whole numbers are all that every back end computes alike.
 *
 * @param step int64 scalar
 */
export function noise(like: Value, step: Value, seed: number): Value {
  return noiseOp([like, step], { seed });
}

// --- internal ---

const PRIME = 2 ** 31 - 1;
const ROUNDS = [12_345, 2_666_780, 5_321_215];
const SALTS = [0, 715_827_882, 1_431_655_764] as const;

const noiseOp = defineSingle<[Value, Value], { seed: number }>({
  name: 'noise',
  infer: ([like, step]) => {
    expectType('noise', step, ['int64']);
    return { dtype: like.dtype, shape: like.shape };
  },
  emit: (emitter, [like, step], { inputs, output, attributes: { seed } }) => {
    const whole = (value: number): string =>
      emitter.constant({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });
    const [prime, one] = [whole(PRIME), whole(1)];
    const modulo = (value: string): string => emitter.node('Mod', [value, prime]);
    const times = (a: string, b: string): string => modulo(emitter.node('Mul', [a, b]));
    const plus = (a: string, b: string): string => emitter.node('Add', [a, b]);

    const start = plus(times(modulo(step), whole(362_436_069)), whole((seed % PRIME) + 88_675_123));
    /** Whole numbers below the prime for so many places; different ones for each `salt`. */
    const hashes = (count: string, salt: number): string => {
      const place = emitter.node('Range', [whole(0), count, one]);
      let x = modulo(plus(plus(times(place, whole(1_103_515_245)), start), whole(salt)));
      for (const constant of ROUNDS) {
        // x (x + 1) + c stays below 2^63.
        x = modulo(plus(emitter.node('Mul', [x, plus(x, one)]), whole(constant)));
      }
      return emitter.node('Cast', [x], { to: onnxType('float64') });
    };
    const double = (value: number): string =>
      emitter.constant({ dtype: 'float64', shape: [], data: Float64Array.of(value) });
    const axis = (at: number): string =>
      emitter.constant({ dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(at)) });

    const shape = emitter.node('Shape', [like]);
    const count = emitter.node('ReduceProd', [shape], { keepdims: 0 });
    const width = inputs[0].shape.length === 0 ? one : emitter.node('Gather', [shape, whole(-1)]);
    const rows = emitter.node('Div', [count, emitter.node('Max', [width, one])]);
    const fraction = (salt: number): string =>
      emitter.node('Unsqueeze', [emitter.node('Div', [hashes(rows, salt), double(PRIME)]), axis(1)]);
    // 2^20 times a multiple of 1 / p is exact.
    const column = emitter.node('Floor', [emitter.node('Div', [hashes(width, SALTS[2]), double(2 ** 11)])]);
    const line = plus(fraction(SALTS[0]), emitter.node('Mul', [fraction(SALTS[1]), column])); // (rows, width)
    const random = emitter.node('Sub', [line, emitter.node('Floor', [line])]);
    return emitter.node('Reshape', [emitter.node('Cast', [random], { to: onnxType(output.dtype) }), shape]);
  },
  gradient: false,
});
