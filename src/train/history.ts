/** One line of a training history. Accuracies are shares of the events; `NaN` is what was not measured. */
export interface EpochReport {
  /** From 1. */
  readonly epoch: number;
  /** How many epochs there will be at most. */
  readonly epochs: number;
  /** Mean loss of the training examples, each as it was before the step that learned from it. */
  readonly trainLoss: number;
  /** How often the key that came was the likeliest, before the step that learned from it. */
  readonly trainTop1: number;
  /** How often it was among the five likeliest. */
  readonly trainTop5: number;
  /** Mean loss of the validation examples after the epoch; `NaN` where there are none. */
  readonly validationLoss: number;
  readonly validationTop1: number;
  readonly validationTop5: number;
  readonly seconds: number;
}

/** Where a training is. */
export interface StepReport {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made in this epoch. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Which training of how many, where a model takes several. */
  readonly part?: number;
  readonly parts?: number;
}
