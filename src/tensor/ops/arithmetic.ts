import { commonType, defineSingle } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import { liftPair, type Operand, type Value } from '../value.ts';
import { unbroadcast } from './broadcast.ts';

/** a + b, with broadcasting. */
export function add(a: Operand, b: Operand): Value {
  return addOp(liftPair('add', a, b), undefined);
}

/** a - b, with broadcasting. */
export function sub(a: Operand, b: Operand): Value {
  return subOp(liftPair('sub', a, b), undefined);
}

/** a * b element by element, with broadcasting. */
export function mul(a: Operand, b: Operand): Value {
  return mulOp(liftPair('mul', a, b), undefined);
}

/** a / b, with broadcasting. */
export function div(a: Operand, b: Operand): Value {
  return divOp(liftPair('div', a, b), undefined);
}

/** -x */
export function neg(x: Value): Value {
  return negOp([x], undefined);
}

/** x * x */
export function square(x: Value): Value {
  return mul(x, x);
}

// --- internal ---

type Pair = [Value, Value];

const addOp = binary('add', 'Add', (gradient) => [gradient, gradient]);

const subOp = binary('sub', 'Sub', (gradient) => [gradient, neg(gradient)]);

const mulOp = binary('mul', 'Mul', (gradient, [a, b]) => [mul(gradient, b), mul(gradient, a)]);

const divOp = binary('div', 'Div', (gradient, [a, b]) => {
  const share = div(gradient, b);
  return [share, neg(div(mul(share, a), b))];
});

const negOp = defineSingle<[Value], undefined>({
  name: 'neg',
  infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
  emit: (emitter, [x]) => emitter.node('Neg', [x]),
  gradient: (gradient) => [neg(gradient)],
});

function binary(
  name: string,
  opType: string,
  gradientRule: (gradient: Value, inputs: Pair) => readonly [Value, Value],
): (inputs: Pair, attributes: undefined) => Value {
  return defineSingle<Pair, undefined>({
    name,
    infer: ([a, b]) => ({ dtype: commonType(name, a, b), shape: broadcastShapes(name, a.shape, b.shape) }),
    emit: (emitter, [a, b]) => emitter.node(opType, [a, b]),
    gradient: (gradient, { inputs }) => {
      const [a, b] = gradientRule(gradient, inputs);
      return [unbroadcast(a, inputs[0].shape), unbroadcast(b, inputs[1].shape)];
    },
  });
}
