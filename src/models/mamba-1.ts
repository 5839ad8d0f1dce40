import { add, exp, matmul, mul, neg, selectiveScan, silu, softplus, split } from '../tensor/index.ts';
import { innerWidth, type MambaBlock, type Sizes } from './mamba-block.ts';
import { shortConvolution, withoutPadding } from './mamba-inputs.ts';
import { need } from './next-key.ts';

/**
 * The Mamba-1 (S6) block: gate z and x from one projection; a short convolution over x;
 * step size, B and C from its result; a state space with a decay of its own for every
 * channel and state. A reference, several times slower than Mamba-2.
 *
 * Source: Gu & Dao, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces",
 * 2023, section 3.4 and figure 3.
 *
 * Shapes: B rows, T positions, D hidden, E inside, N state, R rank of the step size.
 */
export const mamba1: MambaBlock = {
  channels: innerWidth,

  memory: (sizes) => [innerWidth(sizes), sizes.state],

  shapes: (sizes) => {
    const { hidden: D, state: N, convolution: K } = sizes;
    const E = innerWidth(sizes);
    const R = rank(sizes);
    return {
      in: [D, 2 * E],
      convolution: [K, E],
      convolution_bias: [E],
      select: [E, R + 2 * N],
      dt: [R, E],
      dt_bias: [E],
      a_log: [E, N],
      d: [E],
      out: [E, D],
    };
  },

  run: (of, normed, sizes, context, before) => {
    const { state: N } = sizes;
    const E = innerWidth(sizes);
    const [raw, z] = split(matmul(normed, of('in')), -1, [E, E]); // (B, T, E) each
    const weights = [of('convolution'), of('convolution_bias')] as const;
    const { y: x, recent } = shortConvolution(need(raw), ...weights, context, before); // (B, T, E)
    const [low, b, c] = split(matmul(x, of('select')), -1, [rank(sizes), N, N]);
    const dt = withoutPadding(softplus(add(matmul(need(low), of('dt')), of('dt_bias'))), context); // (B, T, E)
    const { y: read, state: memory } = selectiveScan({
      ...{ x, dt, a: neg(exp(of('a_log'))), b: need(b), c: need(c), most: context.most },
      ...(context.begins ? { begins: context.begins } : {}),
      ...(before ? { state: before.memory } : {}),
    });
    const gated = mul(add(read, mul(x, of('d'))), silu(need(z))); // (B, T, E)
    return { y: matmul(gated, of('out')), state: { recent, memory } };
  },
};

// --- internal ---

/** Numbers that all step sizes of an event come from. */
function rank({ hidden }: Sizes): number {
  return Math.ceil(hidden / 16);
}
