export { type CheckpointDirectory, openCheckpoint } from './checkpoint-directory.ts';
export { type Manifest, MODEL_FORMAT, readManifest } from './manifest.ts';
export {
  checkModelDirectory,
  readModel,
  type StoredModel,
  writeModel,
} from './model-directory.ts';
export { CURRENT, type ModelStore, openModelStore, type StoreEntry } from './model-store.ts';
export { type Content, checkDirectory, writeDirectory } from './output.ts';
export type { Promotion } from './promotions.ts';
export { openRun, type RunRecord } from './run-record.ts';
export { type ModelCheck, verifyModel } from './verify-model.ts';
export { version } from './version.ts';
