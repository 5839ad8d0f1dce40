import type { Split } from '../sequence/index.ts';
import type { CheckpointOptions, EpochReport, Measures, StepReport } from '../train/index.ts';
import type { Expected, SequenceScores, SequenceSet } from '../types.ts';
import type { FoldThreads } from './fold-threads.ts';
import type { Block } from './workflow.ts';

export type { EpochReport };

/**
 * What every detector is: it learns from sequences that are taken to be normal and
 * then says of each event how little it was expected. Implementations run the
 * conformance suite `detector.case.ts`.
 */
export interface Detector<Options extends object = object> {
  /** Name on the command line and in manifests, such as `deeplog`. */
  readonly name: string;
  /** Needs labels to learn. */
  readonly supervised: boolean;
  /** Judges an event by its past alone, so that it can score a live stream. */
  readonly causal: boolean;
  /** Is in the registry under its name and learns in many steps, so that it is worth a thread of its own. */
  readonly iterative?: boolean;
  /** Also learns the times and numbers that events carry, where sequences have them. */
  readonly values?: boolean;
  /**
   * Learns from `train`; `validation` decides when to stop and is never learned from.
   *
   * @throws CaracalError `E_TOO_LITTLE_DATA` where there is not enough to learn from
   */
  fit(train: SequenceSet, validation: SequenceSet, options: FitOptions & Partial<Options>): Promise<DetectorModel>;
  /** As `crossFit` does it for any detector, for one whose parts have held-out scores of their own. */
  crossFit?(set: SequenceSet, splits: readonly Split[], options: FitOptions & Partial<Options>): Promise<CrossFitted>;
  /**
   * Makes a model from its parts again.
   *
   * @throws CaracalError `E_MODEL_CORRUPT` where the parts do not fit each other
   */
  decode(encoded: EncodedModel): Promise<DetectorModel>;
}

/** Options that every detector takes. */
export interface FitOptions {
  readonly seed: number;
  /** Intra-op threads of the compute back end; all cores unless told. */
  readonly threads?: number;
  /** Called after each epoch. */
  readonly onEpoch?: (epoch: EpochReport) => void;
  /** Called after each training step. */
  readonly onStep?: (step: StepReport) => void;
  /** Keeps what a training that is killed needs to go on; detectors that are not trained in steps have no use for it. */
  readonly checkpoint?: CheckpointOptions;
  /**
   * What validation found in trainings of parts of the sequences, by epoch: where nothing is
   * held out, training ends with the epoch of the lowest loss among these.
   */
  readonly validated?: readonly Measures[];
  /** Threads for trainings of parts of the sequences, see `crossFit`; one after the other without. */
  readonly foldThreads?: FoldThreads;
}

/** A model, and how sequences score that it, or a model like it, did not learn from. */
export interface CrossFitted {
  readonly model: DetectorModel;
  readonly held: SequenceScores;
}

/** A detector that has learned. */
export interface DetectorModel {
  readonly detector: string;
  /** What it learned and how: hyper-parameters, history, seed; goes into the manifest. */
  readonly description: ModelDescription;
  /** Judges sequences; a key it has never seen is judged, not refused. */
  score(sequences: SequenceSet): Promise<SequenceScores>;
  /**
   * The k most expected keys at given score rows (indices into `SequenceScores.nll`),
   * best first. Detectors without a predictive distribution have none.
   */
  expected?(sequences: SequenceSet, rows: readonly number[], k: number): Promise<Expected[][]>;
  /**
   * Judges the next events of live sessions, where the detector is causal: sequence s of
   * `chunk` goes on where `states[s]` ended, `null` for one that begins. The same events
   * in chunks of any sizes get the same scores as at once.
   */
  step?(states: readonly (StreamState | null)[], chunk: SequenceSet): Promise<StreamScores>;
  /**
   * A model that also takes for normal what was marked as a false positive. It learns from
   * it together with what it kept of its training, so that nothing is forgotten; this model
   * stays as it is.
   */
  update?(feedback: Feedback, options: FitOptions): Promise<DetectorModel>;
  /**
   * The values that events carry besides their keys, judged by a part of the model that
   * learned them; `null` where training saw none. Sequences without values have no findings.
   */
  parameters?(sequences: SequenceSet): Promise<ParameterVerdict | null>;
  /** As `parameters` for the next events of live sessions, with states of their own; see `step`. */
  stepParameters?(states: readonly (Float64Array | null)[], chunk: SequenceSet): Promise<ParameterStream | null>;
  /** The workflow of the task that the sequences come from, `null` where it predicts nothing; key models have one. */
  workflow?(): Promise<Block | null>;
  /** The model as named byte arrays; writing them is another layer's work. */
  encode(): Promise<EncodedModel>;
  /** Frees what the compute back end holds. */
  dispose(): Promise<void>;
}

/** What a model says of the values of sequences. */
export interface ParameterVerdict {
  /** How many values were judged. */
  readonly judged: number;
  /** Values outside their intervals, in the order of the events. */
  readonly findings: readonly ParameterFinding[];
  /** 1 for a sequence with a value so far outside that at most 0.5 % of the held-out sequences have one. */
  readonly flagged: Uint8Array;
}

/** What a model says of the values of a chunk of live sessions, and the states after it, of a size that the model sets. */
export interface ParameterStream {
  readonly verdict: ParameterVerdict;
  readonly states: readonly Float64Array[];
}

/** A value outside the interval of what is normal there. */
export interface ParameterFinding {
  /** Score row of its event (index into `SequenceScores.nll`). */
  readonly row: number;
  /** `time` for the seconds since the event before, else the number of the parameter, from 1. */
  readonly parameter: 'time' | number;
  readonly value: number;
  /** The interval. */
  readonly low: number;
  readonly high: number;
  /** Distance from the middle of the interval, in half widths: above 1. */
  readonly deviation: number;
  /** What the interval is around: a prediction from the values before, or the mean of all. */
  readonly by: 'network' | 'gaussian';
}

/** What a person said of a model's findings. */
export interface Feedback {
  /** Sequences that hold false positives, whole, so that each event has its history. */
  readonly sequences: SequenceSet;
  /** The events that are normal after all, as score rows (indices into `SequenceScores.nll`); all unless told. */
  readonly rows?: readonly number[];
}

/** What a live session leaves behind: constant in size however long the session, plain numbers to be kept anywhere. */
export type StreamState = Float32Array;

/** Scores of a chunk of live sessions, and the states after it. */
export interface StreamScores {
  readonly scores: SequenceScores;
  readonly states: StreamState[];
}

/** What a manifest says of a model besides its files. */
export interface ModelDescription {
  readonly kind: string;
  readonly hyperParameters: Readonly<Record<string, number | string | boolean>>;
  /** Public names of the known keys, in the order of the model's own numbers. */
  readonly vocabulary: readonly string[];
  readonly seed: number;
  readonly history: readonly EpochReport[];
  /** SHA-256 of the training sequences. */
  readonly trainingDataHash: string;
  readonly trainingEvents: number;
}

/** A model as plain data, ready for a directory. */
export interface EncodedModel {
  readonly description: ModelDescription;
  /** File name to content, such as `weights.safetensors` and `score.onnx`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}
