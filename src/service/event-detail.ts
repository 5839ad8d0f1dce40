import type { Json } from '../store/index.ts';
import type { Expected } from '../types.ts';
import type { RecentEvent } from './live-sessions.ts';

/** What the pipeline stores with a flagged event. */
export interface EventDetail {
  readonly kind?: 'sequence' | 'quantity';
  readonly reason?: string;
  readonly unseen?: boolean;
  readonly threshold?: number;
  readonly expected?: readonly Expected[];
  readonly history?: readonly RecentEvent[];
  /** Whether the history is the whole session before it. */
  readonly whole?: boolean;
  readonly subject?: string;
  readonly count?: number;
  readonly usual?: number;
  readonly most?: number;
  readonly minutes?: number;
}

/** The detail of a flagged event, as the pipeline wrote it. */
export function detailOf(detail: Json | undefined): EventDetail {
  return (detail ?? {}) as EventDetail;
}
