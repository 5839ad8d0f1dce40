import { commonType, defineSingle, expectType, FLOATS } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import { liftPair, type Operand, scalar, type Value } from '../value.ts';
import { div, mul, neg, sub } from './arithmetic.ts';
import { unbroadcast } from './broadcast.ts';
import { greater, greaterOrEqual, where } from './compare.ts';

/** e to the power of x. */
export function exp(x: Value): Value {
  return expOp([x], undefined);
}

/** Natural logarithm. */
export function log(x: Value): Value {
  return logOp([x], undefined);
}

/** Square root. */
export function sqrt(x: Value): Value {
  return sqrtOp([x], undefined);
}

/** x to the power of a fixed exponent. */
export function pow(x: Value, exponent: number): Value {
  return powOp([x], { exponent });
}

/** Absolute value; its derivative at 0 is taken as 1. */
export function abs(x: Value): Value {
  return absOp([x], undefined);
}

/** 1 / (1 + exp(-x)) */
export function sigmoid(x: Value): Value {
  return sigmoidOp([x], undefined);
}

/** Hyperbolic tangent. */
export function tanh(x: Value): Value {
  return tanhOp([x], undefined);
}

/** max(x, 0) */
export function relu(x: Value): Value {
  return reluOp([x], undefined);
}

/** log(1 + exp(x)), a smooth `relu`. */
export function softplus(x: Value): Value {
  return softplusOp([x], undefined);
}

/** x * sigmoid(x), also called swish. */
export function silu(x: Value): Value {
  return mul(x, sigmoid(x));
}

/** The larger of two, with broadcasting; equal elements give their gradient to `a`. */
export function maximum(a: Operand, b: Operand): Value {
  return maximumOp(liftPair('maximum', a, b), undefined);
}

/** The smaller of two, with broadcasting; equal elements give their gradient to `b`. */
export function minimum(a: Operand, b: Operand): Value {
  return minimumOp(liftPair('minimum', a, b), undefined);
}

// --- internal ---

const expOp = unary('exp', 'Exp', (gradient, _, y) => mul(gradient, y));
const logOp = unary('log', 'Log', (gradient, x) => div(gradient, x));
const sqrtOp = unary('sqrt', 'Sqrt', (gradient, _, y) => div(mul(gradient, 0.5), y));
const absOp = unary('abs', 'Abs', (gradient, x) => where(greaterOrEqual(x, 0), gradient, neg(gradient)));
const sigmoidOp = unary('sigmoid', 'Sigmoid', (gradient, _, y) => mul(gradient, sub(y, mul(y, y))));
const tanhOp = unary('tanh', 'Tanh', (gradient, _, y) => sub(gradient, mul(gradient, mul(y, y))));
const reluOp = unary('relu', 'Relu', (gradient, x) => where(greater(x, 0), gradient, scalar(0, x.dtype)));
const softplusOp = unary('softplus', 'Softplus', (gradient, x) => mul(gradient, sigmoid(x)));

const powOp = defineSingle<[Value], { exponent: number }>({
  name: 'pow',
  infer: ([x]) => {
    expectType('pow', x, FLOATS);
    return { dtype: x.dtype, shape: x.shape };
  },
  emit: (emitter, [x], { attributes: { exponent } }) =>
    emitter.node('Pow', [x, emitter.constant({ dtype: 'float32', shape: [], data: Float32Array.of(exponent) })]),
  gradient: (gradient, { inputs: [x], attributes: { exponent } }) => [
    mul(gradient, exponent === 1 ? 1 : mul(pow(x, exponent - 1), exponent)),
  ],
});

const maximumOp = extremum('maximum', 'Max', (a, b) => greaterOrEqual(a, b));
const minimumOp = extremum('minimum', 'Min', (a, b) => greater(b, a));

function unary(
  name: string,
  opType: string,
  gradientRule: (gradient: Value, x: Value, y: Value) => Value,
): (inputs: [Value], attributes: undefined) => Value {
  return defineSingle<[Value], undefined>({
    name,
    infer: ([x]) => {
      expectType(name, x, FLOATS);
      return { dtype: x.dtype, shape: x.shape };
    },
    emit: (emitter, [x]) => emitter.node(opType, [x]),
    gradient: (gradient, { inputs: [x], output }) => [gradientRule(gradient, x, output)],
  });
}

function extremum(
  name: string,
  opType: string,
  first: (a: Value, b: Value) => Value,
): (inputs: [Value, Value], attributes: undefined) => Value {
  return defineSingle<[Value, Value], undefined>({
    name,
    infer: ([a, b]) => ({ dtype: commonType(name, a, b), shape: broadcastShapes(name, a.shape, b.shape) }),
    emit: (emitter, [a, b]) => emitter.node(opType, [a, b]),
    gradient: (gradient, { inputs: [a, b] }) => {
      const chosen = first(a, b);
      const zero = scalar(0, gradient.dtype);
      return [unbroadcast(where(chosen, gradient, zero), a.shape), unbroadcast(where(chosen, zero, gradient), b.shape)];
    },
  });
}
