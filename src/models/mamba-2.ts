import {
  add,
  exp,
  expandDims,
  matmul,
  mul,
  neg,
  reshape,
  rmsNorm,
  silu,
  softplus,
  split,
  stateSpace,
} from '../tensor/index.ts';
import { innerWidth, type MambaBlock } from './mamba-block.ts';
import { shortConvolution, withoutPadding } from './mamba-inputs.ts';
import { need } from './next-key.ts';

/**
 * The Mamba-2 (SSD) block: one projection in, to gate z, (x, B, C) and step size; a short
 * convolution over x, B and C; a state space with one decay per head; a gated norm.
 *
 * Source: Dao & Gu, "Transformers are SSMs", ICML 2024, section 7.
 *
 * Shapes: B rows, T positions, D hidden, E inside, H heads, P = E / H, N state.
 */
export const mamba2: MambaBlock = {
  channels: (sizes) => innerWidth(sizes) + 2 * sizes.state,

  memory: (sizes) => [sizes.heads, sizes.state, innerWidth(sizes) / sizes.heads],

  shapes: (sizes) => {
    const { hidden: D, heads: H, state: N, convolution: K } = sizes;
    const E = innerWidth(sizes);
    return {
      in: [D, 2 * E + 2 * N + H],
      convolution: [K, E + 2 * N],
      convolution_bias: [E + 2 * N],
      dt_bias: [H],
      a_log: [H],
      d: [H],
      gate_norm: [E],
      out: [E, D],
    };
  },

  run: (of, normed, sizes, context, before) => {
    const { heads: H, state: N } = sizes;
    const E = innerWidth(sizes);
    const [B = 1, T = 1] = normed.shape;
    const [z, raw, rate] = split(matmul(normed, of('in')), -1, [E, E + 2 * N, H]); // (B, T, 2E+2N+H) in three
    const weights = [of('convolution'), of('convolution_bias')] as const;
    const { y: convolved, recent } = shortConvolution(need(raw), ...weights, context, before); // (B, T, E+2N)
    const [inner, b, c] = split(convolved, -1, [E, N, N]);
    const x = reshape(need(inner), [B, T, H, E / H]); // (B, T, H, P)
    const dt = withoutPadding(softplus(add(need(rate), of('dt_bias'))), context); // (B, T, H)
    const { y: read, state: memory } = stateSpace({
      ...{ x, dt, a: neg(exp(of('a_log'))), b: need(b), c: need(c), visible: context.visible },
      ...(before ? { state: before.memory } : {}),
    });
    const direct = add(read, mul(x, expandDims(of('d'), 1))); // (B, T, H, P)
    const gated = rmsNorm(mul(reshape(direct, [B, T, E]), silu(need(z))), of('gate_norm'));
    return { y: matmul(gated, of('out')), state: { recent, memory } };
  },
};
