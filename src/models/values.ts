import type { Vocabulary } from '../sequence/index.ts';
import { buildVocabulary, scoreOffsets, vocabularyFromNames } from '../sequence/index.ts';
import type { Detector, DetectorModel, FitOptions, ModelDescription } from './detector.ts';
import { corruptModel } from './network-files.ts';
import { decodeParameters, encodeParameters } from './parameter-files.ts';
import { describeParameters, fitParameters, judgeParameters, type ParameterModel } from './parameter-model.ts';
import { trainingDataHash } from './training-data.ts';

/** Share of normal values that the interval of a value is to hold. */
const CONFIDENCE = 0.98;

/**
 * The values that events carry (times, numbers) by themselves, as a view of an ensemble:
 * a sequence is as unusual as the value that lies farthest outside its interval. Where
 * sequences carry no values, none is unusual.
 */
export const parameterValues: Detector = {
  name: 'parameter-values',
  supervised: false,
  causal: true,

  async fit(train, validation, options) {
    const vocabulary = buildVocabulary(train);
    const parameters = await fitParameters(train, validation, vocabulary, { ...options, confidence: CONFIDENCE });
    const description: ModelDescription = {
      kind: 'parameter-values',
      hyperParameters: { parameters: describeParameters(parameters) },
      vocabulary: vocabulary.names,
      seed: options.seed,
      history: [],
      trainingDataHash: trainingDataHash(train),
      trainingEvents: train.keys.length,
    };
    return openModel({ description, vocabulary, parameters }, options);
  },

  async decode({ description, files }) {
    if (description.kind !== 'parameter-values') {
      throw corruptModel(`it is of the kind ${description.kind}, not parameter-values`);
    }
    const vocabulary = vocabularyFromNames(description.vocabulary);
    const stated = String(description.hyperParameters.parameters ?? 'none');
    return openModel({ description, vocabulary, parameters: decodeParameters(files, vocabulary, stated) }, {});
  },
};

// --- internal ---

interface OpenState {
  readonly description: ModelDescription;
  readonly vocabulary: Vocabulary;
  readonly parameters: ParameterModel | null;
}

function openModel(
  { description, vocabulary, parameters }: OpenState,
  { threads }: Pick<FitOptions, 'threads'>,
): DetectorModel {
  return {
    detector: 'parameter-values',
    description,
    score: async (set) => {
      const offsets = scoreOffsets(set);
      const nll = new Float32Array(offsets[set.count]!);
      const findings = parameters ? (await judgeParameters(parameters, set, vocabulary, threads)).findings : [];
      for (const { row, deviation } of findings) nll[row] = Math.max(nll[row]!, deviation);
      const rank = Int32Array.from(nll, (deviation) => (deviation > 0 ? 2 : 1));
      const sequence = Float32Array.from({ length: set.count }, (_, s) =>
        nll.subarray(offsets[s], offsets[s + 1]).reduce((most, deviation) => Math.max(most, deviation), 0),
      );
      return { offsets, nll, rank, sequence };
    },
    encode: async () => ({ description, files: encodeParameters(parameters, vocabulary) }),
    dispose: async () => {},
  };
}
