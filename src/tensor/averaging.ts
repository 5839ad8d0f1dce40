import { zeros } from './dtype.ts';
import { add, div, mul, sub } from './ops/arithmetic.ts';
import { minimum } from './ops/elementwise.ts';
import type { Optimizer, Values } from './optimizer.ts';
import { staticShape } from './shape.ts';

/** Name in an optimiser's state of the average of a parameter. */
export function averageName(parameter: string): string {
  return `average.${parameter}`;
}

/**
 * An optimiser that also keeps a running average of the parameters, which is steadier
 * than they are and usually generalises better; `Trainer.parameters` gives the average.
 * The first steps weigh less: step t keeps at most t / (t + 9) of what was.
 *
 * Source: Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging",
 * SIAM J. Control Optim. 1992; with a fixed decay as in Tarvainen & Valpola, NeurIPS 2017.
 *
 * @param decay share of the average that a step keeps, from 0 (no average, the optimiser as it is) to below 1
 */
export function averaged(optimizer: Optimizer, decay: number): Optimizer {
  if (decay === 0) return optimizer;
  return {
    name: `averaged ${optimizer.name}`,
    init: (parameters) => ({
      ...optimizer.init(parameters),
      ...Object.fromEntries(
        Object.entries(parameters).map(([name, { dtype, shape }]) => [
          averageName(name),
          zeros(dtype, staticShape('averaged', shape)),
        ]),
      ),
      [STEPS]: zeros('float32', []),
    }),
    update: (parameters, gradients, state) => {
      const { [STEPS]: steps, ...others } = state;
      if (!steps) throw new RangeError('the state of an averaging optimiser has no number of steps');
      const updated = optimizer.update(parameters, gradients, others);
      const kept = minimum(div(steps, add(steps, 9)), decay);
      const averages: Values = Object.fromEntries(
        Object.entries(updated.parameters).map(([name, value]) => {
          const average = state[averageName(name)] ?? value;
          return [averageName(name), add(value, mul(kept, sub(average, value)))];
        }),
      );
      return { ...updated, state: { ...updated.state, ...averages, [STEPS]: add(steps, 1) } };
    },
  };
}

// --- internal ---

const STEPS = 'averaging.steps';
