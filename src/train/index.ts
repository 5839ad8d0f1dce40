export type { Examples } from './examples.ts';
export type { EpochReport } from './history.ts';
export { type TrainOptions, type TrainResult, train } from './train.ts';
