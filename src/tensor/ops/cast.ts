import type { DType } from '../dtype.ts';
import { onnxType } from '../onnx-types.ts';
import { defineSingle, FLOATS } from '../op.ts';
import type { Value } from '../value.ts';

/** Converts the elements to another data type; gradients flow between floating-point types. */
export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : castOp([x], { dtype });
}

// --- internal ---

const castOp = defineSingle<[Value], { dtype: DType }>({
  name: 'cast',
  infer: ([x], { dtype }) => ({ dtype, shape: x.shape }),
  emit: (emitter, [x], { attributes }) => emitter.node('Cast', [x], { to: onnxType(attributes.dtype) }),
  gradient: (gradient, { inputs: [x] }) => [FLOATS.includes(x.dtype) ? cast(gradient, x.dtype) : null],
});
