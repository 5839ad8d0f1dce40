export { type CheckpointDirectory, openCheckpoint } from './checkpoint-directory.ts';
export {
  checkModelDirectory,
  MODEL_FORMAT,
  readModel,
  type StoredModel,
  writeModel,
} from './model-directory.ts';
export { type Content, checkDirectory, writeDirectory } from './output.ts';
export { openRun, type RunRecord } from './run-record.ts';
export { version } from './version.ts';
