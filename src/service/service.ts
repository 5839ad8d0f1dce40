import type { Settings } from '../config/index.ts';
import type {
  NewSuppression,
  NewVerdict,
  Receipt,
  Run,
  StoredAlert,
  StoredModel,
  StoredRecord,
  StoredVerdict,
  StoredWindow,
  Suppression,
} from '../store/index.ts';
import type { PushRequest, PushResponse } from '../stream/index.ts';
import type { Expected, Parameter, Severity } from '../types.ts';

/** The live service as the API sees it: what is more than a query of the store. */
export interface LiveService {
  status(): ServiceStatus;
  /** Calls `listener` for everything that happens, until the returned function is called. Nothing is kept for it. */
  subscribe(listener: (message: LiveMessage) => void): () => void;

  /**
   * Judges lines or keys that are no part of the logs, with the current model; nothing is learned or stored.
   *
   * @throws CaracalError `E_LEARNING` while there is no model, `E_USAGE` for neither or both, or too many
   */
  infer(request: InferRequest): Promise<Inference>;
  /** Why an alert was raised; `null` where there is no such alert. */
  explain(alert: string): Promise<Explanation | null>;
  /** What the windows of a time would be with other settings. Takes milliseconds. */
  preview(request: PreviewRequest): Promise<WindowPreview>;
  /** What each parameter of a template held lately, from the lines that are stored. `null` for an unknown template. */
  templateValues(template: string): Promise<readonly ParameterValues[] | null>;
  /** What the model has learned besides its numbers; `null` for an unknown one. */
  modelDetail(hash: string): Promise<ModelDetail | null>;

  /** What a false-positive verdict on these alerts would silence, shown before it is saved. */
  receipt(alerts: readonly string[]): Promise<Receipt>;
  /**
   * Saves verdicts, one for each target, and teaches the model what it can learn from them.
   *
   * @throws CaracalError `E_STORE_CONFLICT` for an unknown target
   */
  giveVerdicts(verdicts: readonly NewVerdict[]): Promise<readonly StoredVerdict[]>;
  undoVerdict(id: number, by: { readonly author: string; readonly reason: string }): Promise<StoredVerdict>;
  addSuppression(suppression: NewSuppression): Promise<Suppression>;
  revokeSuppression(id: string, author: string): Promise<void>;

  settings(): Promise<Settings>;
  /** Takes effect at once. @throws CaracalError `E_USAGE` */
  changeSettings(change: Partial<Settings>): Promise<Settings>;

  /** Begins to learn a new model from recent, non-suspect lines. @throws CaracalError `E_TOO_LITTLE_DATA`, `E_BUSY` */
  retrain(): Promise<Run>;
  /** Makes a saved model the one that judges, without a gap. @throws CaracalError `E_STORE_CONFLICT` */
  promote(hash: string): Promise<StoredModel>;

  /** Takes lines that were pushed over HTTP; answers when they are durable. */
  push(request: PushRequest): Promise<PushResponse>;
}

/** Where the service stands. Times are epoch ms. */
export interface ServiceStatus {
  /** `learning` until there is a model, `live` from then on; `stopped` and `failed` take nothing in. */
  readonly phase: 'starting' | 'learning' | 'live' | 'stopped' | 'failed';
  /** Why it failed. */
  readonly error: string | null;
  /** How far the first learning is: lines seen of the lines needed, then the share of the training. */
  readonly learning: { readonly lines: number; readonly linesNeeded: number; readonly training: number | null } | null;
  readonly started: number;
  readonly model: { readonly hash: string; readonly kind: string; readonly since: number } | null;
  /** A training that runs now. */
  readonly training: { readonly run: number; readonly share: number } | null;
  readonly totals: LiveCounters;
  readonly sources: readonly SourceStatus[];
  readonly drift: Drift;
  readonly sessions: number;
  readonly templates: number;
  /** Windows that are open now. */
  readonly openWindows: number;
  readonly checkpoint: { readonly saved: number; readonly bytes: number } | null;
}

export interface LiveCounters {
  readonly time: number;
  readonly lines: number;
  readonly bytes: number;
  readonly drops: number;
  readonly malformed: number;
  readonly flagged: number;
  readonly alerts: number;
  readonly windows: number;
  readonly linesPerSecond: number;
  /** From receipt to the durable commit, of the last thousand deliveries, ms. */
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Lines that were received and are not durable yet. */
  readonly queued: number;
}

export interface SourceStatus {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly format: string;
  /** Why the format was chosen. */
  readonly reason: string;
  readonly lines: number;
  readonly drops: number;
  readonly malformed: number;
  readonly withoutTime: number;
  readonly lastSeen: number | null;
  readonly linesPerSecond: number;
  /** It has been silent for longer than it ever was. */
  readonly silent: boolean;
  readonly error: string | null;
}

/** How far what comes in now is from what the model learned. */
export interface Drift {
  /** Share of the last events whose template training never showed. */
  readonly novelty: number;
  /** Share of the last events that score above the threshold, and the share that held-out data had. */
  readonly flagRate: number;
  readonly expectedFlagRate: number;
  /** Median score of the last events less that of held-out data, nats. */
  readonly shift: number;
  readonly events: number;
  readonly level: 'none' | 'some' | 'strong';
  readonly reason: string;
}

/** What happens, as it happens. */
export type LiveMessage =
  | { readonly type: 'alert'; readonly alert: StoredAlert; readonly change: 'added' | 'changed' }
  | { readonly type: 'window'; readonly window: StoredWindow; readonly change: 'open' | 'extend' | 'close' }
  | { readonly type: 'verdict'; readonly verdict: StoredVerdict; readonly change: 'given' | 'undone' }
  | { readonly type: 'counters'; readonly counters: LiveCounters }
  | { readonly type: 'status'; readonly status: ServiceStatus };

export interface InferRequest {
  /** Raw lines of one session, in order. */
  readonly lines?: readonly string[] | undefined;
  /** Or template ids (log keys). */
  readonly keys?: readonly string[] | undefined;
  /** Whether the session is over, so that its end is judged too. */
  readonly closed?: boolean | undefined;
  readonly topK?: number | undefined;
}

export interface Inference {
  readonly model: string;
  readonly anomalous: boolean;
  readonly score: number;
  readonly threshold: number;
  readonly events: readonly JudgedLine[];
}

/** One event of a session, judged. */
export interface JudgedLine {
  readonly line: string | null;
  /** Public id, `$` for the end of the session. */
  readonly template: string;
  readonly templateText: string;
  readonly nll: number;
  readonly rank: number;
  readonly severity: Severity;
  readonly flags: readonly string[];
  readonly expected: readonly (Expected & { readonly text: string })[];
  readonly parameters: readonly Parameter[];
}

export interface Explanation {
  readonly alert: StoredAlert;
  /** The session around the alert's first event as it was judged then, the flagged one marked. */
  readonly sequence: readonly (JudgedLine & {
    readonly record: StoredRecord | null;
    readonly deviating: boolean;
    readonly time: number;
  })[];
  readonly threshold: number | null;
  /** Values of the deviating event beside what is usual there. */
  readonly parameters: readonly (Parameter & { readonly usual: readonly string[]; readonly seen: number })[];
  /** For counts: per bucket, the counted subject's count and its usual and largest count. */
  readonly quantity: {
    readonly subject: string;
    readonly count: number;
    readonly usual: number;
    readonly most: number;
    readonly minutes: number;
  } | null;
  readonly records: readonly StoredRecord[];
  /** Where the session left the workflow of its task, in words. */
  readonly workflow: string | null;
  readonly similar: readonly { readonly alert: StoredAlert; readonly verdict: StoredVerdict | null }[];
  readonly window: StoredWindow | null;
}

export interface PreviewRequest {
  readonly from: number;
  readonly to: number;
  readonly alpha: number;
  readonly beta: number;
}

export interface WindowPreview {
  readonly windows: readonly {
    readonly start: number;
    readonly end: number;
    readonly score: number;
    readonly channels: readonly string[];
  }[];
  readonly lines: number;
  readonly readingMinutes: number;
  /** The same with the saved setting. */
  readonly saved: { readonly windows: number; readonly lines: number; readonly readingMinutes: number };
}

export interface ParameterValues {
  /** From 1. */
  readonly position: number;
  readonly kind: string;
  readonly lines: number;
  readonly distinct: number;
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Where all values are numbers. */
  readonly numbers: { readonly min: number; readonly median: number; readonly max: number } | null;
}

export interface ModelDetail {
  readonly model: StoredModel;
  readonly parameters: number;
  readonly hyperParameters: Readonly<Record<string, number | string | boolean>>;
  readonly vocabulary: readonly { readonly id: string; readonly text: string }[];
  readonly history: readonly { readonly epoch: number; readonly trainLoss: number; readonly validationLoss: number }[];
  readonly threshold: number;
  readonly eventThreshold: number;
  readonly percentiles: readonly {
    readonly level: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** Held-out scores, binned. */
  readonly scores: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
  /** Templates on a map by what follows and precedes them: the two largest principal components. */
  readonly map: readonly { readonly id: string; readonly x: number; readonly y: number }[];
  /** The workflow, where one was learned: what `exportWorkflow` writes as JSON, without the blocks. */
  readonly workflow: WorkflowGraph | null;
  readonly layers: readonly { readonly name: string; readonly shape: readonly number[]; readonly parameters: number }[];
  readonly baselines: readonly { readonly name: string; readonly flagRate: number }[];
}

/** A learned workflow as a drawing: an automaton whose nodes are templates and gateways. */
export interface WorkflowGraph {
  readonly nodes: readonly {
    readonly id: string;
    readonly kind: 'begin' | 'end' | 'key' | 'branch' | 'merge' | 'fork' | 'join';
    /** Template, for a node that is one, and its text. */
    readonly key: string | null;
    readonly text: string | null;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: 'next' | 'again' | 'skip' }[];
}
