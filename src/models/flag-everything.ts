import { scoreOffsets } from '../sequence/index.ts';
import type { SequenceSet } from '../types.ts';
import { decodeBaseline, describeBaseline, encodeBaseline } from './baseline.ts';
import type { Detector, DetectorModel, ModelDescription } from './detector.ts';

/**
 * Calls everything an anomaly. Where most of a test set is anomalous this has a high F1,
 * which is then worth nothing: a model must do better.
 */
export const flagEverything: Detector = {
  name: 'flag-everything',
  supervised: false,
  causal: true,
  fit: async (train, _validation, { seed }) => openModel(describeBaseline('flag-everything', train, seed)),
  decode: async (encoded) => {
    decodeBaseline('flag-everything', encoded, (data): data is object => data !== null);
    return openModel(encoded.description);
  },
};

// --- internal ---

function openModel(description: ModelDescription): DetectorModel {
  return {
    detector: 'flag-everything',
    description,
    score: async (set: SequenceSet) => {
      const offsets = scoreOffsets(set);
      const rows = offsets[set.count]!;
      return {
        offsets,
        nll: new Float32Array(rows).fill(1),
        rank: new Int32Array(rows).fill(description.vocabulary.length + 1),
        sequence: new Float32Array(set.count).fill(1),
      };
    },
    encode: async () => encodeBaseline(description, {}),
    dispose: async () => {},
  };
}
