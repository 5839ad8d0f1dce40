import { countVector } from './count-vector.ts';
import { deeplog } from './deeplog.ts';
import type { Detector } from './detector.ts';
import { editDistance } from './edit-distance.ts';
import { ensemble } from './ensemble.ts';
import { flagEverything } from './flag-everything.ts';
import { unseenBigram, unseenCountVector, unseenKey, unseenTrigram } from './floors.ts';
import { isolationForest } from './isolation-forest.ts';
import { sessionLength } from './length.ts';
import { logmamba } from './logmamba.ts';
import { pca } from './pca.ts';

/** Every detector by its name on the command line. A new detector is one file and one line here. */
export const detectors: Readonly<Record<string, Detector>> = {
  deeplog,
  logmamba,
  ensemble,
  'count-vector': countVector,
  length: sessionLength,
  'edit-distance': editDistance,
  pca,
  'isolation-forest': isolationForest,
  'flag-everything': flagEverything,
  'unseen-key': unseenKey,
  'unseen-bigram': unseenBigram,
  'unseen-trigram': unseenTrigram,
  'unseen-count-vector': unseenCountVector,
};

/** Names of the detectors that every model is held against, the simplest first. */
export const baselines: readonly string[] = [
  'flag-everything',
  'unseen-key',
  'unseen-bigram',
  'unseen-trigram',
  'unseen-count-vector',
  'length',
  'count-vector',
  'edit-distance',
  'pca',
  'isolation-forest',
];
