import type { DType } from '../dtype.ts';
import { elementCount, newArray } from '../dtype.ts';
import { onnxType } from '../onnx-types.ts';
import { defineSingle, expectType } from '../op.ts';
import { type Shape, shapeError, staticShape } from '../shape.ts';
import type { Value } from '../value.ts';
import { matmul } from './matmul.ts';
import { reshape } from './reshape.ts';

/**
 * Rows of a table by index, as an embedding does: table (R, ...), indices (...) ->
 * (...indices, ...row). Indices are int32 or int64 below R.
 */
export function gather(table: Value, indices: Value): Value {
  return gatherOp([table, indices], undefined);
}

/** 1 where the last, new axis of size `depth` equals the index, 0 elsewhere. */
export function oneHot(indices: Value, depth: number, dtype: DType = 'float32'): Value {
  return oneHotOp([indices], { depth, dtype });
}

/** Adds rows into a table of zeros: the reverse of `gather`. Rows of the same index add up. */
export function scatterAdd(rows: Value, indices: Value, size: number): Value {
  return scatterOp([rows, indices], { size });
}

// --- internal ---

/** Up to so many rows, a product with one-hot columns is faster than adding row by row. */
const ONE_HOT_ROWS = 512;

const INDICES: readonly DType[] = ['int32', 'int64'];

const gatherOp = defineSingle<[Value, Value], undefined>({
  name: 'gather',
  infer: ([table, indices]) => {
    expectType('gather', indices, INDICES);
    if (table.shape.length === 0) throw shapeError('gather', [table.shape], 'the table needs rows');
    return { dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] };
  },
  emit: (emitter, [table, indices]) => emitter.node('Gather', [table, indices], { axis: 0 }),
  gradient: (gradient, { inputs: [table, indices] }) => {
    const [size = 1, ...row] = staticShape('gather', table.shape);
    const count = elementCount(staticShape('gather', indices.shape));
    if (size > ONE_HOT_ROWS) return [scatterAdd(gradient, indices, size), null];
    const hot = oneHot(reshape(indices, [count]), size, gradient.dtype);
    const sums = matmul(hot, reshape(gradient, [count, elementCount(row)]), { transposeA: true });
    return [reshape(sums, table.shape), null];
  },
});

const oneHotOp = defineSingle<[Value], { depth: number; dtype: DType }>({
  name: 'oneHot',
  infer: ([indices], { depth, dtype }) => {
    expectType('oneHot', indices, INDICES);
    return { dtype, shape: [...indices.shape, depth] };
  },
  emit: (emitter, [indices], { inputs: [value], attributes: { depth, dtype } }) => {
    const columns = newArray(value.dtype, depth);
    for (let column = 0; column < depth; column++)
      columns[column] = columns instanceof BigInt64Array ? BigInt(column) : column;
    const all = emitter.constant({ dtype: value.dtype, shape: [depth], data: columns });
    const hit = emitter.node('Equal', [emitter.node('Unsqueeze', [indices, emitter.ints([-1])]), all]);
    return emitter.node('Cast', [hit], { to: onnxType(dtype) });
  },
  gradient: false,
});

const scatterOp = defineSingle<[Value, Value], { size: number }>({
  name: 'scatterAdd',
  infer: ([rows, indices], { size }) => {
    expectType('scatterAdd', indices, INDICES);
    const rank = indices.shape.length;
    if (!startsWith(rows.shape, indices.shape)) {
      throw shapeError(
        'scatterAdd',
        [rows.shape, indices.shape],
        'the rows must have the shape of the indices in front',
      );
    }
    return { dtype: rows.dtype, shape: [size, ...rows.shape.slice(rank)] };
  },
  emit: (emitter, [rows, indices], { output }) => {
    const zero = emitter.constant({ dtype: output.dtype, shape: [1], data: newArray(output.dtype, 1) });
    const table = emitter.node('Expand', [zero, emitter.ints(staticShape('scatterAdd', output.shape))]);
    const wide = emitter.node('Cast', [emitter.node('Unsqueeze', [indices, emitter.ints([-1])])], {
      to: onnxType('int64'),
    });
    return emitter.node('ScatterND', [table, wide, rows], { reduction: 'add' });
  },
  gradient: (gradient, { inputs: [, indices] }) => [gather(gradient, indices), null],
});

function startsWith(shape: Shape, prefix: Shape): boolean {
  return prefix.every((dim, axis) => dim === shape[axis]);
}
