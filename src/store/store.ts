import type { Access, Database } from './database.ts';
import { type Alerts, createAlerts } from './repositories/alerts.ts';
import { type Audit, createAudit } from './repositories/audit.ts';
import { type Checkpoints, createCheckpoints } from './repositories/checkpoints.ts';
import { type Counts, createCounts } from './repositories/counts.ts';
import { createDeadLetters, type DeadLetters } from './repositories/dead-letters.ts';
import { createEvents, type Events } from './repositories/events.ts';
import { createModels, type Models } from './repositories/models.ts';
import { createPushes, type Pushes } from './repositories/pushes.ts';
import { createRecords, type Records } from './repositories/records.ts';
import { createRetention, type Retention } from './repositories/retention.ts';
import { createRuns, type Runs } from './repositories/runs.ts';
import { createSessions, type Sessions } from './repositories/sessions.ts';
import { createSettings, type SettingsStore } from './repositories/settings.ts';
import { createSources, type Sources } from './repositories/sources.ts';
import { createSuppressions, type Suppressions } from './repositories/suppressions.ts';
import { createTemplates, type Templates } from './repositories/templates.ts';
import { createTokens, type Tokens } from './repositories/tokens.ts';
import { createUsers, type Users } from './repositories/users.ts';
import { createVerdicts, type Verdicts } from './repositories/verdicts.ts';
import { createWindows, type Windows } from './repositories/windows.ts';

/** What the store holds, by what it is about. */
export interface Repositories {
  readonly sources: Sources;
  readonly records: Records;
  readonly templates: Templates;
  readonly events: Events;
  readonly counts: Counts;
  readonly windows: Windows;
  readonly alerts: Alerts;
  readonly verdicts: Verdicts;
  readonly suppressions: Suppressions;
  readonly models: Models;
  readonly runs: Runs;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly deadLetters: DeadLetters;
  readonly pushes: Pushes;
  readonly checkpoints: Checkpoints;
  readonly settings: SettingsStore;
}

/** The store of the live service. */
export interface Store extends Repositories {
  readonly kind: 'sqlite' | 'postgres';
  readonly retention: Retention;
  /**
   * Runs several writes as one: all of them hold, or none. Only what goes through `to`
   * belongs to it. After E_STORE_UNAVAILABLE it is not known whether the transaction
   * held: the checkpoint that it wrote tells.
   *
   * ```ts
   * await store.transaction(async (to) => {
   *   await to.records.append(records);
   *   await to.alerts.upsert(alerts);
   *   await to.sources.advance(source.id, { generation, position });
   *   await to.checkpoints.write('main', bytes, version);
   * });
   * ```
   */
  transaction<T>(run: (to: Repositories) => Promise<T>): Promise<T>;
  /** Asks the database for nothing, to see that it is there. */
  ping(): Promise<void>;
  /** Ends the connections; what was asked before is still answered. */
  close(): Promise<void>;
}

/** A store on an open database. */
export function createStore(database: Database, access: Access): Store {
  return {
    ...repositoriesOf(access),
    kind: database.kind,
    retention: createRetention(access, database),
    transaction: (run) => access.together((inside) => run(repositoriesOf(inside))),
    ping: async () => {
      await access.read.selectNoFrom((eb) => eb.lit(1).as('one')).execute();
    },
    close: () => database.close(),
  };
}

// --- internal ---

function repositoriesOf(access: Access): Repositories {
  return {
    sources: createSources(access),
    records: createRecords(access),
    templates: createTemplates(access),
    events: createEvents(access),
    counts: createCounts(access),
    windows: createWindows(access),
    alerts: createAlerts(access),
    verdicts: createVerdicts(access),
    suppressions: createSuppressions(access),
    models: createModels(access),
    runs: createRuns(access),
    users: createUsers(access),
    sessions: createSessions(access),
    tokens: createTokens(access),
    audit: createAudit(access),
    deadLetters: createDeadLetters(access),
    pushes: createPushes(access),
    checkpoints: createCheckpoints(access),
    settings: createSettings(access),
  };
}
