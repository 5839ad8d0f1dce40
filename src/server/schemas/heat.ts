import { z } from '@hono/zod-openapi';
import type { Entity } from '../../types.ts';
import { entity, time } from './common.ts';

/** Who is named by alerts, and when. */
export interface Heat {
  /** Milliseconds that a column stands for. */
  readonly step: number;
  /** Where the first column begins. */
  readonly from: number;
  readonly columns: number;
  readonly rows: readonly {
    readonly entity: Entity;
    /** The highest priority of each column, 0 to 1; 0 for nothing. */
    readonly scores: readonly number[];
    /** Alerts in the row. */
    readonly total: number;
  }[];
}

export const heat: z.ZodType<Heat> = z
  .object({
    step: z.number(),
    from: time,
    columns: z.number(),
    rows: z.array(z.object({ entity, scores: z.array(z.number()), total: z.number() })),
  })
  .openapi('HeatMap');
