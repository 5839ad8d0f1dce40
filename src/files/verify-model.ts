import { CaracalError } from '../errors.ts';
import { type DetectorModel, detectors, graphAgreement } from '../models/index.ts';
import { readModel, type StoredModel } from './model-directory.ts';

/** One thing that a sound model holds. */
export interface ModelCheck {
  /** `files`: all are as they were written. `opens`: they fit each other. `graph`: `score.onnx` scores as the model does. */
  readonly check: 'files' | 'opens' | 'graph';
  readonly ok: boolean;
  /** What was found, in a sentence. */
  readonly detail: string;
}

/** What the stand-alone graph may differ by, in nats: sums in another order round differently. */
const TOLERANCE = 1e-4;

/** Checks a model directory, up to the first check that fails. */
export async function verifyModel(directory: string): Promise<ModelCheck[]> {
  const checks: ModelCheck[] = [];
  let stored: StoredModel;
  try {
    stored = await readModel(directory);
    checks.push({ check: 'files', ok: true, detail: 'all files are as they were written' });
  } catch (error) {
    return [failed('files', error)];
  }
  let model: DetectorModel;
  try {
    model = await open(stored);
    checks.push({ check: 'opens', ok: true, detail: `a ${stored.model.description.kind} model that opens` });
  } catch (error) {
    return [...checks, failed('opens', error)];
  }
  try {
    return [...checks, await checkGraph(model, stored)];
  } catch (error) {
    return [...checks, failed('graph', error)];
  } finally {
    await model.dispose();
  }
}

// --- internal ---

async function open({ model }: StoredModel): Promise<DetectorModel> {
  const { kind } = model.description;
  const detector = detectors[kind];
  if (detector) return detector.decode(model);
  throw new CaracalError('E_MODEL_KIND', `is of kind ${kind}, which this version does not know. Update caracal.`);
}

async function checkGraph(model: DetectorModel, stored: StoredModel): Promise<ModelCheck> {
  const agreement = await graphAgreement(model, stored.model);
  if (!agreement) return { check: 'graph', ok: true, detail: 'is no network, so it has no stand-alone graph' };
  const { graph, events, difference } = agreement;
  const ok = difference <= TOLERANCE;
  const detail = `${graph} differs from the model by at most ${difference.toExponential(1)} on ${events} events`;
  return { check: 'graph', ok, detail: ok ? detail : `${detail}, more than ${TOLERANCE.toExponential(0)}` };
}

/** A check that ended in an error; an error that is none of ours is a bug and goes on. */
function failed(check: ModelCheck['check'], error: unknown): ModelCheck {
  if (!(error instanceof CaracalError)) throw error;
  return { check, ok: false, detail: error.message };
}
