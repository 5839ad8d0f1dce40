import { baselines, detectors, type EncodedModel } from '../models/index.ts';
import { EVENT_FLAG_RATE, heldOutScores, SCAN_TRAINING } from '../pipeline/index.ts';
import { calibrate, flagRate, type Judgement, thresholdForFlagRate } from '../score/index.ts';
import { splitSequences } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';

/** How to learn a model for live judging. */
export interface LiveTraining {
  readonly detector: string;
  readonly seed: number;
  readonly threads?: number;
}

/** A model and what held-out sequences say of it. */
export interface LearnedLive {
  readonly encoded: EncodedModel;
  readonly judgement: Judgement;
  /** Held-out scores of events with known keys, ascending. */
  readonly heldOut: Float32Array;
  readonly unseenSurprise: number;
  /** Share of the held-out events that the floors flag. */
  readonly floors: readonly { readonly name: string; readonly flagRate: number }[];
}

/** A live model has more time to learn than a scan, which trains several while a person waits. */
const TRAINING = { ...SCAN_TRAINING, maxSteps: 600 } as const;
const HELD_OUT_SHARE = 0.2;

/** Learns a model from normal sequences and chooses its thresholds on those that were held out. */
export async function learnLive(
  set: SequenceSet,
  { detector: name, seed, threads }: LiveTraining,
  onProgress: (share: number) => void,
): Promise<LearnedLive> {
  const detector = detectors[name];
  if (!detector) throw new RangeError(`there is no detector ${name}`);
  const { train, validation } = splitSequences(set, HELD_OUT_SHARE, seed);
  const model = await detector.fit(train, validation, {
    ...TRAINING,
    seed,
    ...(threads === undefined ? {} : { threads }),
    onEpoch: ({ epoch, epochs }) => onProgress(epoch / epochs),
  });
  try {
    const { nll, unseenSurprise } = await heldOutScores(model, validation);
    const scores = await model.score(validation);
    return {
      encoded: await model.encode(),
      judgement: {
        threshold: thresholdForFlagRate(scores.sequence, EVENT_FLAG_RATE),
        eventThreshold: thresholdForFlagRate(nll, EVENT_FLAG_RATE),
        topK: Math.floor(thresholdForFlagRate(scores.rank, EVENT_FLAG_RATE)),
        calibration: calibrate(nll),
      },
      heldOut: Float32Array.from(nll).sort(),
      unseenSurprise,
      floors: await floorsOn(train, validation, seed),
    };
  } finally {
    await model.dispose();
  }
}

// --- internal ---

/** Floors that judge an event by itself. */
const FLOORS = ['unseen-key', 'unseen-bigram', 'unseen-trigram'];

async function floorsOn(train: SequenceSet, validation: SequenceSet, seed: number) {
  const rates: { name: string; flagRate: number }[] = [];
  for (const name of baselines.filter((floor) => FLOORS.includes(floor))) {
    const model = await detectors[name]?.fit(train, validation, { seed });
    if (!model) continue;
    rates.push({ name, flagRate: flagRate((await model.score(validation)).nll, 0) });
    await model.dispose();
  }
  return rates;
}
