export { type Calibration, calibrate, EVENTS_TO_CALIBRATE, type Percentile, severityOf } from './calibration.ts';
export { type Judgement, judgementFrom } from './judgement.ts';
export { type PredictionAccuracy, predictionAccuracy } from './prediction-accuracy.ts';
export { fitSurprise, type Surprise } from './surprise.ts';
export { fitTail, type Tail } from './tail.ts';
export { flagRate, thresholdForFlagRate } from './threshold.ts';
