import type { Tensors } from './dtype.ts';
import { zeros } from './dtype.ts';
import { reshape } from './ops/reshape.ts';
import { concat, split } from './ops/slicing.ts';
import { named, type Values } from './optimizer.ts';
import { staticShape } from './shape.ts';
import type { Value } from './value.ts';

/**
 * The parameters of a model as at most two, for what treats all numbers alike: a few long
 * operations instead of many short ones. The numbers of its matrices are one row,
 * `matrices` (1, n), those of its vectors `vectors` (n), so that a rule for matrices still
 * tells them apart.
 */
export interface JoinedParameters {
  /** Values of the parameters' shapes, joined. */
  join(values: Values): Values;
  /** The reverse of `join`. */
  part(joined: Values): Values;
  /** As `join`, of numbers. */
  joinTensors(tensors: Tensors): Tensors;
  /** As `part`, of numbers; the arrays are views. */
  partTensors(joined: Tensors): Tensors;
}

/** How parameters of these shapes and data types join. */
export function joinedParameters(parameters: Values): JoinedParameters {
  const members = Object.entries(parameters).map(([name, value]): Member => {
    const shape = staticShape('joinedParameters', value.shape);
    return { name, shape, size: shape.reduce((product, dim) => product * dim, 1) };
  });
  const groups = [
    { group: 'matrices', members: members.filter(({ shape }) => shape.length > 1) },
    { group: 'vectors', members: members.filter(({ shape }) => shape.length <= 1) },
  ].filter(({ members }) => members.length > 0);
  const joined = <T>(of: (group: string, members: readonly Member[]) => T): Record<string, T> =>
    Object.fromEntries(groups.map(({ group, members }) => [group, of(group, members)]));
  const parted = <T>(of: (group: string, members: readonly Member[]) => readonly T[]): Record<string, T> =>
    Object.fromEntries(
      groups.flatMap(({ group, members }) => of(group, members).map((value, i) => [members[i]!.name, value])),
    );
  return {
    join: (values) =>
      joined((group, members) =>
        concat(
          members.map(({ name, size }) => reshape(named(values, name), group === 'matrices' ? [1, size] : [size])),
          -1,
        ),
      ),
    part: (values) =>
      parted((group, members) =>
        split(
          values[group]!,
          -1,
          members.map(({ size }) => size),
        ).map((value: Value, i) => reshape(value, members[i]!.shape)),
      ),
    joinTensors: (tensors) =>
      joined((group, members) => {
        const size = members.reduce((sum, member) => sum + member.size, 0);
        const all = zeros(tensors[members[0]!.name]!.dtype, group === 'matrices' ? [1, size] : [size]);
        let at = 0;
        for (const { name, size } of members) {
          all.data.set(tensors[name]!.data as never, at);
          at += size;
        }
        return all;
      }),
    partTensors: (tensors) =>
      parted((group, members) => {
        const { dtype, data } = tensors[group]!;
        let end = 0;
        return members.map(({ shape, size }) => {
          end += size;
          return { dtype, shape, data: data.subarray(end - size, end) };
        });
      }),
  };
}

// --- internal ---

interface Member {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}
