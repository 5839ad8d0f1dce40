import { z } from 'zod';
import type { ModelDescription } from '../models/index.ts';
import type { PredictionAccuracy } from '../score/index.ts';

/** Name of the file in a model directory. */
export const TRAINING_HISTORY = 'training_history.json';

/**
 * `training_history.json`: loss and accuracies of each epoch for the training and the
 * validation sequences, and of the test at the end, where there was one. `null` is what
 * was not measured.
 */
export function encodeTrainingHistory(description: ModelDescription, test: PredictionAccuracy | undefined): string {
  const { kind, seed, history, hyperParameters } = description;
  const epochs = history.map((report) => ({
    epoch: report.epoch,
    train: measures(report.trainLoss, report.trainTop1, report.trainTop5),
    validation: measures(report.validationLoss, report.validationTop1, report.validationTop5),
    seconds: report.seconds,
  }));
  const body = { model: kind, seed, bestEpoch: hyperParameters.bestEpoch ?? null, epochs, test: test ?? null };
  return `${JSON.stringify(body, null, 2)}\n`;
}

/** The test at the end of a `training_history.json`; `null` where it is not one of ours. */
export function decodeTestResult(bytes: Uint8Array): { readonly test?: PredictionAccuracy } | null {
  try {
    const { test } = schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return test === null ? {} : { test };
  } catch {
    return null;
  }
}

// --- internal ---

const schema = z.object({
  test: z
    .object({ sequences: z.number(), events: z.number(), loss: z.number(), top1: z.number(), top5: z.number() })
    .nullable(),
});

function measures(loss: number, top1: number, top5: number): object | null {
  // JSON writes NaN as null.
  return Number.isNaN(loss) ? null : { loss, top1, top5 };
}
