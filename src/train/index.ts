export type { CheckpointOptions, CheckpointStore } from './checkpoint.ts';
export type { Examples } from './examples.ts';
export type { EpochReport, StepReport } from './history.ts';
export type { Measures } from './measures.ts';
export { type TrainOptions, type TrainResult, train } from './train.ts';
