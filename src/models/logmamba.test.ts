import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { buildVocabulary, sequencesOf } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { createRng } from '../util/rng.ts';
import { detectorCases } from './detector.case.ts';
import type { DetectorModel } from './detector.ts';
import { logmamba } from './logmamba.ts';

const SMALL = { hidden: 16, heads: 2, state: 4, row: 16, batchSize: 8, epochs: 60, patience: 60, lr: 0.02 };

detectorCases({ detector: logmamba, options: SMALL });
