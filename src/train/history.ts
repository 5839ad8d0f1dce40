/** One line of a training history. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** How many epochs there will be at most. */
  readonly epochs: number;
  /** Mean loss of the training examples, each as it was before the step that learned from it. */
  readonly trainLoss: number;
  /** Mean loss of the validation examples after the epoch; `NaN` where there are none. */
  readonly validationLoss: number;
  readonly seconds: number;
}
