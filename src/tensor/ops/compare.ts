import { commonType, defineSingle, expectType } from '../op.ts';
import { broadcastShapes } from '../shape.ts';
import { liftPair, type Operand, scalar, type Value } from '../value.ts';
import { unbroadcast } from './broadcast.ts';

/** a = b as `bool`, with broadcasting. */
export function equal(a: Operand, b: Operand): Value {
  return equalOp(liftPair('equal', a, b), undefined);
}

/** a < b as `bool`, with broadcasting. */
export function less(a: Operand, b: Operand): Value {
  return lessOp(liftPair('less', a, b), undefined);
}

/** a > b as `bool`, with broadcasting. */
export function greater(a: Operand, b: Operand): Value {
  return greaterOp(liftPair('greater', a, b), undefined);
}

/** a >= b as `bool`, with broadcasting. */
export function greaterOrEqual(a: Operand, b: Operand): Value {
  return greaterOrEqualOp(liftPair('greaterOrEqual', a, b), undefined);
}

/** a <= b as `bool`, with broadcasting. */
export function lessOrEqual(a: Operand, b: Operand): Value {
  return lessOrEqualOp(liftPair('lessOrEqual', a, b), undefined);
}

/** Both of two `bool` values, with broadcasting. */
export function and(a: Value, b: Value): Value {
  return andOp([a, b], undefined);
}

/** At least one of two `bool` values, with broadcasting. */
export function or(a: Value, b: Value): Value {
  return orOp([a, b], undefined);
}

/** The opposite of a `bool` value. */
export function not(x: Value): Value {
  return notOp([x], undefined);
}

/** Elements of `a` where `condition` holds, of `b` elsewhere, with broadcasting. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return whereOp([condition, ...liftPair('where', a, b)], undefined);
}

// --- internal ---

type Pair = [Value, Value];

const equalOp = comparison('equal', 'Equal');
const lessOp = comparison('less', 'Less');
const lessOrEqualOp = comparison('lessOrEqual', 'LessOrEqual');
const greaterOp = comparison('greater', 'Greater');
const greaterOrEqualOp = comparison('greaterOrEqual', 'GreaterOrEqual');
const andOp = logical('and', 'And');
const orOp = logical('or', 'Or');

const notOp = defineSingle<[Value], undefined>({
  name: 'not',
  infer: ([x]) => {
    expectType('not', x, ['bool']);
    return { dtype: 'bool', shape: x.shape };
  },
  emit: (emitter, [x]) => emitter.node('Not', [x]),
  gradient: false,
});

const whereOp = defineSingle<[Value, Value, Value], undefined>({
  name: 'where',
  infer: ([condition, a, b]) => {
    expectType('where', condition, ['bool']);
    const chosen = broadcastShapes('where', a.shape, b.shape);
    return { dtype: commonType('where', a, b), shape: broadcastShapes('where', condition.shape, chosen) };
  },
  emit: (emitter, [condition, a, b]) => emitter.node('Where', [condition, a, b]),
  gradient: (gradient, { inputs: [condition, a, b] }) => {
    const zero = scalar(0, gradient.dtype);
    return [
      null,
      unbroadcast(where(condition, gradient, zero), a.shape),
      unbroadcast(where(condition, zero, gradient), b.shape),
    ];
  },
});

function comparison(name: string, opType: string): (inputs: Pair, attributes: undefined) => Value {
  return defineSingle<Pair, undefined>({
    name,
    infer: ([a, b]) => {
      commonType(name, a, b);
      return { dtype: 'bool', shape: broadcastShapes(name, a.shape, b.shape) };
    },
    emit: (emitter, [a, b]) => emitter.node(opType, [a, b]),
    gradient: false,
  });
}

function logical(name: string, opType: string): (inputs: Pair, attributes: undefined) => Value {
  return defineSingle<Pair, undefined>({
    name,
    infer: ([a, b]) => {
      expectType(name, a, ['bool']);
      expectType(name, b, ['bool']);
      return { dtype: 'bool', shape: broadcastShapes(name, a.shape, b.shape) };
    },
    emit: (emitter, [a, b]) => emitter.node(opType, [a, b]),
    gradient: false,
  });
}
