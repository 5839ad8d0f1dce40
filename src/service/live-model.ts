import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import { readManifest, readModel, writeModel } from '../files/index.ts';
import { burstGap } from '../hunt/index.ts';
import { type DetectorModel, detectors, type EncodedModel, type QuantityBaseline } from '../models/index.ts';
import { EVENT_FLAG_RATE } from '../pipeline/index.ts';
import { fitSurprise, type Judgement, type Surprise } from '../score/index.ts';
import { quantileOfSorted } from '../util/statistics.ts';
import type { LearnedLive } from './learn-live.ts';
import type { Lesson } from './lessons.ts';

/** What judges live events: a model of sequences, counts, and what is usual of both. */
export interface LiveModel {
  /** Hash of its manifest. */
  readonly hash: string;
  readonly kind: string;
  readonly directory: string;
  readonly model: DetectorModel;
  readonly encoded: EncodedModel;
  readonly judgement: Judgement;
  readonly known: ReadonlySet<string>;
  /** -log10 of the tail probability of a score. */
  readonly surprise: Surprise;
  readonly facts: LiveFacts;
  /** Silence that ends a burst, ms. */
  readonly burstGap: number;
  /** Shares and medians of held-out events, that drift is measured against. */
  readonly expected: { readonly flagRate: number; readonly median: number };
}

/** What a live model knows besides its network: `live.json` in its directory. */
export interface LiveFacts {
  /** Held-out scores, ascending, thinned where there are many. */
  readonly heldOut: readonly number[];
  readonly unseenSurprise: number;
  readonly quantity: QuantityBaseline | null;
  /** Mean gap between events, and the time they were learned from, ms. */
  readonly gap: number;
  readonly span: number;
  readonly events: number;
  readonly floors: LearnedLive['floors'];
}

/** Name of the file with `LiveFacts`. */
const FACTS = 'live.json';
/** Held-out scores kept; of more, every so many, and all of the highest tenth. */
const MOST_SCORES = 20_000;

/** Writes a model that was just learned, and gives the hash of its manifest. */
export async function saveLiveModel(
  directory: string,
  learned: LearnedLive,
  lesson: Omit<Lesson, 'set'>,
  parser: Uint8Array,
): Promise<void> {
  const facts: LiveFacts = {
    heldOut: thinned(learned.heldOut),
    unseenSurprise: learned.unseenSurprise,
    ...{ quantity: lesson.quantity, gap: lesson.gap, span: lesson.span, events: lesson.events },
    floors: learned.floors,
  };
  const files = new Map(learned.encoded.files);
  files.set(FACTS, new TextEncoder().encode(JSON.stringify(facts)));
  await writeModel(directory, { model: { ...learned.encoded, files }, judgement: learned.judgement, parser });
}

/**
 * Opens a model directory for live judging. One that was made by `caracal train` has
 * learned no counts: it judges sequences alone.
 *
 * @throws CaracalError as `readModel`; `E_MODEL_KIND` for a model that cannot judge a stream
 */
export async function openLiveModel(
  directory: string,
): Promise<LiveModel & { readonly parser: Uint8Array | undefined }> {
  const stored = await readModel(directory);
  const { integrity } = await readManifest(directory);
  const { description } = stored.model;
  const model = await detectors[description.kind]?.decode(stored.model);
  if (!model?.step) {
    await model?.dispose();
    throw new CaracalError(
      'E_MODEL_KIND',
      `${directory}: ${description.kind} cannot judge a stream. Train one of ${streaming().join(', ')}.`,
      { file: directory },
    );
  }
  const written = stored.model.files.get(FACTS);
  const facts = written ? readFacts(written, join(directory, FACTS)) : factsOf(stored.judgement);
  return {
    ...{ hash: integrity, kind: description.kind, directory, model, facts, encoded: stored.model },
    judgement: stored.judgement,
    known: new Set(description.vocabulary),
    surprise: fitSurprise(facts.heldOut),
    burstGap: burstGap(facts.events * EVENT_FLAG_RATE, facts.span),
    expected: {
      flagRate: EVENT_FLAG_RATE,
      median: facts.heldOut.length === 0 ? 0 : quantileOfSorted(facts.heldOut, 0.5),
    },
    parser: stored.parser,
  };
}

/** Names of the detectors that can judge a stream. */
export function streaming(): string[] {
  return ['deeplog', 'logmamba'].filter((name) => name in detectors);
}

// --- internal ---

function thinned(sorted: Float32Array): number[] {
  if (sorted.length <= MOST_SCORES) return Array.from(sorted);
  const top = Math.ceil(sorted.length / 10);
  const step = Math.ceil((sorted.length - top) / (MOST_SCORES / 2));
  return Array.from(sorted).filter((_, i) => i >= sorted.length - top || i % step === 0);
}

function readFacts(bytes: Uint8Array, file: string): LiveFacts {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as LiveFacts;
  } catch {
    throw new CaracalError('E_MODEL_CORRUPT', `${file}: is no JSON. Restore the model or train it again.`, { file });
  }
}

/** What the percentiles of a manifest tell of held-out scores. */
function factsOf({ calibration: { percentiles, events } }: Judgement): LiveFacts {
  const [low, medium, high] = percentiles.map(({ value }) => (Number.isFinite(value) ? value : 100));
  const count = Math.max(1000, Math.min(events, MOST_SCORES));
  const heldOut = Array.from({ length: count }, (_, i) => {
    const share = i / count;
    if (share < 0.95) return 0;
    return (share < 0.99 ? low : share < 0.999 ? medium : high) ?? 100;
  });
  const span = 86_400_000;
  return {
    ...{ heldOut, unseenSurprise: -Math.log10(1 / (count + 1)), quantity: null },
    ...{ gap: span / Math.max(1, events), span, events, floors: [] },
  };
}
