/** Sums, or means, of what is measured of examples. */
export interface Measures {
  readonly loss: number;
  readonly top1: number;
  readonly top5: number;
}

/** What nothing was added to yet. */
export const NOTHING: Measures = { loss: 0, top1: 0, top5: 0 };

/** The sum of both. */
export function plus(a: Measures, b: Measures): Measures {
  return { loss: a.loss + b.loss, top1: a.top1 + b.top1, top5: a.top5 + b.top5 };
}

/** Each divided by `divisor`. */
export function over({ loss, top1, top5 }: Measures, divisor: number): Measures {
  return { loss: loss / divisor, top1: top1 / divisor, top5: top5 / divisor };
}

/** Means over no examples. */
export const NOT_MEASURED: Measures = { loss: Number.NaN, top1: Number.NaN, top5: Number.NaN };
