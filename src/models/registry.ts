import { countVector } from './count-vector.ts';
import { deeplog } from './deeplog.ts';
import type { Detector } from './detector.ts';
import { ensemble } from './ensemble.ts';
import { unseenBigram, unseenCountVector, unseenKey, unseenTrigram } from './floors.ts';
import { sessionLength } from './length.ts';
import { logmamba } from './logmamba.ts';

/** Every detector by its name on the command line. A new detector is one file and one line here. */
export const detectors: Readonly<Record<string, Detector>> = {
  deeplog,
  logmamba,
  ensemble,
  'count-vector': countVector,
  length: sessionLength,
  'unseen-key': unseenKey,
  'unseen-bigram': unseenBigram,
  'unseen-trigram': unseenTrigram,
  'unseen-count-vector': unseenCountVector,
};
