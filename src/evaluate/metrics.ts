/** Metrics of a binary decision against ground truth (1 = anomalous). A high score is the anomalous one. */

/** Precision, recall and their harmonic mean, 0 where undefined. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** The four counts of a decision, and what follows from them. */
export interface Decision extends PrecisionRecall {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  /** Matthews correlation coefficient (Matthews 1975), 0 where undefined. */
  readonly mcc: number;
}

/** Metrics of flagging every score above `threshold`. */
export function decide(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold: number): Decision {
  let tp = 0;
  let fp = 0;
  let fn = 0;
  let tn = 0;
  for (let i = 0; i < scores.length; i++) {
    const flagged = scores[i]! > threshold;
    if (labels[i]) flagged ? tp++ : fn++;
    else flagged ? fp++ : tn++;
  }
  const spread = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return {
    ...precisionRecall(tp, fp, fn),
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
    mcc: spread === 0 ? 0 : (tp * tn - fp * fn) / spread,
  };
}

/**
 * Area under the ROC curve: the chance that an anomalous score is above a normal one,
 * ties half (Mann-Whitney). `NaN` where one of the classes is empty.
 */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { ranked, positives, negatives } = rank(scores, labels);
  let wins = 0;
  let negativesAbove = 0;
  for (const { tp, fp } of ranked) {
    wins += tp * (negatives - negativesAbove - fp) + (tp * fp) / 2;
    negativesAbove += fp;
  }
  return wins / (positives * negatives);
}

/** Area under the precision-recall curve as average precision, tied scores as one step. `NaN` without positives. */
export function auprc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { ranked, positives } = rank(scores, labels);
  let area = 0;
  let tp = 0;
  let flagged = 0;
  for (const step of ranked) {
    tp += step.tp;
    flagged += step.tp + step.fp;
    area += (step.tp / positives) * (tp / flagged);
  }
  return positives === 0 ? Number.NaN : area;
}

/** The best F1 that any threshold reaches when it is chosen on the test labels: an upper bound, not a result. */
export function oracleF1(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const { ranked, positives } = rank(scores, labels);
  let best = 0;
  let tp = 0;
  let fp = 0;
  for (const step of ranked) {
    tp += step.tp;
    fp += step.fp;
    best = Math.max(best, precisionRecall(tp, fp, positives - tp).f1);
  }
  return best;
}

// --- internal ---

function precisionRecall(tp: number, fp: number, fn: number): PrecisionRecall {
  return {
    precision: tp + fp === 0 ? 0 : tp / (tp + fp),
    recall: tp + fn === 0 ? 0 : tp / (tp + fn),
    f1: tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn),
  };
}

/** Counts at each distinct score, highest first. */
function rank(scores: ArrayLike<number>, labels: ArrayLike<number>) {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const ranked: { tp: number; fp: number }[] = [];
  let positives = 0;
  let last = Number.NaN;
  for (const i of order) {
    if (scores[i] !== last) ranked.push({ tp: 0, fp: 0 });
    last = scores[i]!;
    const step = ranked[ranked.length - 1]!;
    if (labels[i]) {
      step.tp++;
      positives++;
    } else step.fp++;
  }
  return { ranked, positives, negatives: scores.length - positives };
}
