import type { AppParts } from '../dependencies.ts';
import { createLiveHub } from '../live/hub.ts';
import type { Route } from '../route.ts';
import { alertRoutes } from './alerts.ts';
import { liveRoutes } from './live.ts';
import { overviewRoutes } from './overview.ts';
import { recordRoutes } from './records.ts';
import { sessionRoutes } from './session.ts';
import { verdictRoutes } from './verdicts.ts';
import { windowRoutes } from './windows.ts';

/** All that is served, a path before those that would swallow it. */
export function createRoutes(parts: AppParts): { readonly routes: readonly Route[]; close(): void } {
  const hub = createLiveHub(parts);
  return {
    routes: [
      ...sessionRoutes(parts),
      ...overviewRoutes(parts),
      ...alertRoutes(parts),
      ...windowRoutes(parts),
      ...verdictRoutes(parts),
      ...recordRoutes(parts),
      ...liveRoutes(parts, hub),
    ],
    close: hub.close,
  };
}
