export {
  checkModelDirectory,
  type Judgement,
  MODEL_FORMAT,
  readModel,
  type StoredModel,
  writeModel,
} from './model-directory.ts';
export { type Content, checkDirectory, writeDirectory } from './output.ts';
export { version } from './version.ts';
