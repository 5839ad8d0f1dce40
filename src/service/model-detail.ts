import { drawWorkflow, principalComponents, weightTable } from '../models/index.ts';
import type { Store } from '../store/index.ts';
import { readSafetensors } from '../tensor/index.ts';
import { createRng } from '../util/rng.ts';
import { type LiveModel, openLiveModel } from './live-model.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import type { ModelDetail } from './service.ts';

const BINS = 60;
/** Templates of a map at most. */
const MOST_PLACES = 2000;

/** What a model has learned besides its numbers; `null` for an unknown one. */
export async function modelDetail(store: Store, pipeline: OnlinePipeline, hash: string): Promise<ModelDetail | null> {
  const model = await store.models.get(hash);
  if (!model) return null;
  const inUse = pipeline.model?.hash === hash ? pipeline.model : undefined;
  const live = inUse ?? (await openLiveModel(model.directory));
  try {
    const { description } = live.encoded;
    const layers = weightTable(live.encoded);
    const textOf = (id: string): string => pipeline.parser.resolve(id)?.text ?? id;
    const block = await live.model.workflow?.();
    const diagram = block ? drawWorkflow(block) : null;
    return {
      model,
      parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
      hyperParameters: description.hyperParameters,
      vocabulary: description.vocabulary.map((id) => ({ id, text: textOf(id) })),
      history: description.history.map(({ epoch, trainLoss, validationLoss }) => ({
        epoch,
        trainLoss,
        validationLoss,
      })),
      threshold: live.judgement.threshold,
      eventThreshold: live.judgement.eventThreshold,
      percentiles: live.judgement.calibration.percentiles,
      scores: histogram(live.facts.heldOut),
      map: mapOf(live),
      workflow: diagram && {
        nodes: diagram.nodes.map((node) => ({ ...node, text: node.key === null ? null : textOf(node.key) })),
        edges: diagram.edges,
      },
      layers,
      baselines: live.facts.floors,
    };
  } finally {
    if (!inUse) await live.model.dispose();
  }
}

// --- internal ---

function histogram(sorted: readonly number[]): ModelDetail['scores'] {
  const [from, to] = [sorted[0] ?? 0, sorted.at(-1) ?? 1];
  const counts = new Array<number>(BINS).fill(0);
  for (const score of sorted)
    counts[Math.min(BINS - 1, Math.floor(((score - from) / Math.max(to - from, 1e-9)) * BINS))]! += 1;
  return { from, to, counts };
}

/** Templates by their learned vectors, on the plane in which those differ most. */
function mapOf({ encoded }: LiveModel): ModelDetail['map'] {
  const weights = encoded.files.get('weights.safetensors');
  const { vocabulary } = encoded.description;
  const embedding = weights && readSafetensors(weights).tensors.embedding;
  if (!embedding || embedding.shape[0] !== vocabulary.length) return [];
  const width = embedding.shape[1] ?? 0;
  const count = Math.min(MOST_PLACES, vocabulary.length);
  const vectors = Array.from({ length: count }, (_, i) =>
    Float64Array.from(embedding.data.subarray(i * width, (i + 1) * width) as Float32Array),
  );
  const { mean, directions } = principalComponents(vectors, { share: 1, most: 2, rng: createRng(1) });
  const along = (vector: Float64Array, direction: readonly number[] | undefined): number =>
    direction ? vector.reduce((sum, value, i) => sum + (value - (mean[i] ?? 0)) * (direction[i] ?? 0), 0) : 0;
  return vectors.map((vector, i) => ({
    ...{ id: vocabulary[i] ?? '', x: along(vector, directions[0]), y: along(vector, directions[1]) },
  }));
}
