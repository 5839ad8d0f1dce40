import { CaracalError } from '../errors.ts';
import { FLOATS } from './op.ts';
import { add } from './ops/arithmetic.ts';
import { broadcastTo } from './ops/broadcast.ts';
import { formatShape } from './shape.ts';
import { type Node, scalar, topologicalOrder, type Value } from './value.ts';

/**
 * Extends the graph by reverse-mode differentiation: the derivative of a scalar with
 * respect to each of `parameters`, as values of their shapes. A parameter that the
 * loss does not depend on gets zeros. The result can be differentiated again.
 *
 * Source: Baydin et al., "Automatic Differentiation in Machine Learning: a Survey",
 * JMLR 18 (2018), section 3.2.
 *
 * @throws CaracalError `E_GRAPH` where the loss is no floating-point scalar
 *
 * @example
 * const [slope] = gradients(reduceSum(square(x)), [x]); // 2 x
 */
export function gradients(loss: Value, parameters: readonly Value[]): Value[] {
  if (loss.shape.length > 0 || !FLOATS.includes(loss.dtype)) {
    throw new CaracalError(
      'E_GRAPH',
      `A loss must be one floating-point number, not ${loss.dtype} ${formatShape(loss.shape)}; reduce it with reduceMean.`,
    );
  }
  const order = topologicalOrder([loss]);
  const relevant = dependents(order, parameters);
  const found = new Map<Value, Value>([[loss, scalar(1, loss.dtype)]]);
  for (const node of order.reverse()) {
    if (!relevant.has(node)) continue;
    const outputGradients = node.outputs.map((output) => found.get(output) ?? null);
    if (outputGradients.every((gradient) => gradient === null)) continue;
    const inputGradients = node.gradient(outputGradients);
    node.inputs.forEach((input, position) => {
      const gradient = inputGradients[position];
      if (!gradient || !relevant.has(input.node)) return;
      const sum = found.get(input);
      found.set(input, sum ? add(sum, gradient) : gradient);
    });
  }
  return parameters.map(
    (parameter) => found.get(parameter) ?? broadcastTo(scalar(0, parameter.dtype), parameter.shape),
  );
}

// --- internal ---

/** Nodes on a path from a parameter; only they need gradients. */
function dependents(order: readonly Node[], parameters: readonly Value[]): Set<Node> {
  const set = new Set(parameters.map((parameter) => parameter.node));
  for (const node of order) {
    if (node.inputs.some((input) => set.has(input.node))) set.add(node);
  }
  return set;
}
