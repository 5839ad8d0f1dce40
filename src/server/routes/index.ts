import type { AppParts } from '../dependencies.ts';
import { createLiveHub } from '../live/hub.ts';
import { createLogin } from '../login.ts';
import type { Route } from '../route.ts';
import { alertRoutes } from './alerts.ts';
import { explainRoutes } from './explain.ts';
import { liveRoutes } from './live.ts';
import { modelRoutes } from './models.ts';
import { overviewRoutes } from './overview.ts';
import { passwordRoutes } from './password.ts';
import { probeRoutes } from './probes.ts';
import { pushRoutes } from './push.ts';
import { recordRoutes } from './records.ts';
import { referenceRoutes } from './reference.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { sourceRoutes } from './sources.ts';
import { suppressionRoutes } from './suppressions.ts';
import { templateRoutes } from './templates.ts';
import { tokenRoutes } from './tokens.ts';
import { trailRoutes } from './trail.ts';
import { userRoutes } from './users.ts';
import { verdictRoutes } from './verdicts.ts';
import { windowRoutes } from './windows.ts';

/** All that is served, a path before those that would swallow it. */
export function createRoutes(parts: AppParts): { readonly routes: readonly Route[]; close(): void } {
  const hub = createLiveHub(parts);
  const login = createLogin(parts);
  const routes = [
    ...sessionRoutes(parts, login),
    ...passwordRoutes(parts, login),
    ...overviewRoutes(parts),
    ...alertRoutes(parts),
    ...explainRoutes(parts),
    ...windowRoutes(parts),
    ...verdictRoutes(parts),
    ...recordRoutes(parts),
    ...templateRoutes(parts),
    ...modelRoutes(parts),
    ...sourceRoutes(parts),
    ...suppressionRoutes(parts),
    ...settingsRoutes(parts),
    ...userRoutes(parts),
    ...tokenRoutes(parts),
    ...trailRoutes(parts),
    ...pushRoutes(parts),
    ...liveRoutes(parts, hub),
    ...probeRoutes(parts, hub),
  ];
  return { routes: [...routes, ...referenceRoutes(routes, parts.version)], close: hub.close };
}
