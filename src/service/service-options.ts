import type { Settings } from '../config/index.ts';
import type { SessionRule } from '../sequence/index.ts';
import type { Store } from '../store/index.ts';
import type { LiveSource, StreamClock } from '../stream/index.ts';
import type { LiveMessage } from './service.ts';

/** How to run the live service. */
export interface ServiceOptions {
  readonly store: Store;
  readonly sources: readonly LiveSource[];
  /** Folder for the models that it learns. */
  readonly models: string;
  /** Kind of model to learn, `deeplog` unless told. */
  readonly detector?: string;
  /** A model directory to begin with, instead of learning first. */
  readonly modelDirectory?: string | undefined;
  /** Lines of normal activity to learn from before anything is judged; 20,000 unless told. */
  readonly learnLines?: number;
  readonly seed?: number;
  readonly session?: SessionRule;
  /** Silence that ends a session, ms; an hour unless told. */
  readonly sessionTimeout?: number;
  /** Sessions that are held at once; 20,000 unless told. */
  readonly mostSessions?: number;
  readonly format?: string | undefined;
  readonly timezone?: string | undefined;
  readonly parserName?: string | undefined;
  /** Forget the state of the pipeline and learn anew. */
  readonly relearn?: boolean;
  /** Is told of alerts and windows when they are durable. */
  readonly notify?: (message: LiveMessage) => void;
  /** Is told of settings at the start, and before they change: what it throws refuses them. */
  readonly onSettings?: (settings: Settings) => Promise<void>;
  readonly clock?: StreamClock;
  /** Time between state checkpoints, ms; 20 s unless told. */
  readonly checkpointEvery?: number;
}
