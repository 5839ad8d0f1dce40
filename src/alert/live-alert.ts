import type { Alert, Entity, LineExample, LineRange, Severity, Template } from '../types.ts';
import type { VerdictCounts } from './priority.ts';

/** A flagged event, in the order in which it was judged. */
export interface LiveEvent {
  /** Hash of the model that judged it. */
  readonly modelHash: string;
  readonly detector: string;
  readonly source: LiveSourceRef;
  /** Where its line begins in that generation, or the number that a network source gave it. */
  readonly offset: number;
  readonly line: LineExample | null;
  /** Epoch ms; when it was received, where the line has none. */
  readonly time: number;
  /** Epoch ms; `null` where nobody waited for it. */
  readonly received: number | null;
  readonly host: string | null;
  /** All that it names. */
  readonly entities: readonly Entity[];
  /** Share of all events so far that name its main entity (`mainEntity`), 1 without one. */
  readonly entityShare: number;
  readonly template: Template | null;
  /** -log10 of the tail probability of its score. */
  readonly surprise: number;
  readonly severity: Severity;
  readonly calibrated: boolean;
  /** What an analyst should read: expected against seen, or usual against counted. */
  readonly reason: string;
  /** How many events the line stands for. */
  readonly repeat: number;
}

/** The source of an event, and which of its files. */
export interface LiveSourceRef {
  readonly id: number;
  readonly name: string;
  readonly generation: string;
}

/** An alert with where it came from, as the store takes it. */
export interface LiveAlert extends Omit<Alert, 'events'> {
  readonly source: number | null;
  /** Everybody it names. */
  readonly entities: readonly Entity[];
  readonly lines: LineRange | null;
}

/** What makes two alerts alike. */
export interface AlertLikeness {
  readonly detector: string;
  /** Public id. */
  readonly template: string | null;
  readonly entity: Entity | null;
}

/** What only the installation knows. A factor that nobody can tell is left out of the priority. */
export interface AlertKnowledge {
  /** How much the assets matter; see `criticalityOf`. */
  readonly criticality?: ((entities: readonly Entity[]) => number) | undefined;
  /** Verdicts on alerts like this one; see `createVerdictHistory`. */
  readonly history?: ((alike: AlertLikeness) => VerdictCounts) | undefined;
}

/** The window that an alert lies in. */
export interface PlacedWindow {
  readonly id: string;
  /** Channels that agree in it. */
  readonly channels: number;
}
