import type { Neighbours, Value } from '../tensor/index.ts';

/** Kinds of block. */
export const MAMBA_VARIANTS = ['mamba-2', 'mamba-1'] as const;
/** `mamba-2` (SSD) or `mamba-1` (S6). */
export type MambaVariant = (typeof MAMBA_VARIANTS)[number];

/** Sizes of LogMamba's network; see `LogMambaOptions`. */
export interface Sizes {
  readonly variant: MambaVariant;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly expand: number;
  readonly state: number;
  readonly convolution: number;
}

/** What passes through a block besides the sequence itself. B rows, T positions. */
export interface Context {
  /** Whether position t may look at position s: bool (B, T, T). */
  readonly visible: Value;
  /** 1 where a session begins inside a row, else 0, (B, T, 1), where sessions share a row. */
  readonly begins?: Value;
  /** Which positions the convolution sees, where sessions share a row. */
  readonly neighbours?: Neighbours;
  /** 1 for events and 0 for padding, (B, T, 1), where there is padding. */
  readonly valid?: Value;
  /** T at most. */
  readonly most: number;
  /** Dropout, in training. */
  readonly training?: DropoutContext;
}

/** What the embedding and each block's output lose in training. */
export interface DropoutContext {
  readonly rate: number;
  readonly seed: number;
  readonly step: Value;
}

/** What a block carries from chunk to chunk. C channels of the convolution, K its reach. */
export interface BlockState {
  /** The last inputs of the convolution, (B, K-1, C). */
  readonly recent: Value;
  /** (B, ...memory) */
  readonly memory: Value;
}

/** A kind of block. D hidden, E its inside. */
export interface MambaBlock {
  /** Channels of the convolution. */
  channels(sizes: Sizes): number;
  /** Shape of what is remembered of a session. */
  memory(sizes: Sizes): readonly number[];
  /** Shape of each weight. */
  shapes(sizes: Sizes): Readonly<Record<string, readonly number[]>>;
  /** The block on normed input, without its residual: (B, T, D) -> (B, T, D). */
  run(
    weights: (part: string) => Value,
    normed: Value,
    sizes: Sizes,
    context: Context,
    before?: BlockState,
  ): { y: Value; state: BlockState };
}

/** E, the width of a block's inside. */
export function innerWidth({ expand, hidden }: Pick<Sizes, 'expand' | 'hidden'>): number {
  return expand * hidden;
}
