import { mkdir } from 'node:fs/promises';
import { type AlertKnowledge, createBudget, criticalityOf, type LiveAlert } from '../alert/index.ts';
import { CaracalError } from '../errors.ts';
import type { Suppression } from '../store/index.ts';
import { type PushFeed, systemClock } from '../stream/index.ts';
import { decodeCheckpoint } from './checkpoint.ts';
import { createCommitter } from './commit.ts';
import { firstModel } from './first-model.ts';
import { tidyUp } from './housekeeping.ts';
import { linesOf, openLanes, sliceOfDelivery, type Waiting } from './lanes.ts';
import { type LinePlaces, placesAt, takeLines } from './line-places.ts';
import { openSettings } from './live-settings.ts';
import { createMeters } from './meters.ts';
import { createOnlinePipeline } from './online-pipeline.ts';
import { pastVerdicts } from './past-verdicts.ts';
import { claimPipeline, releaseOwner, type StoredProgress } from './progress.ts';
import { createQuestions } from './questions.ts';
import { repeat } from './repeat.ts';
import { replay } from './replay.ts';
import { createRound, type Round } from './round.ts';
import { createRoundKeeper } from './round-keeper.ts';
import type { LiveMessage, LiveService, ServiceStatus } from './service.ts';
import type { ServiceOptions } from './service-options.ts';
import { createStateSaver } from './state-saver.ts';
import { createTeacher } from './teacher.ts';
import { createTriage } from './triage.ts';
import { inTurns } from './turn-taking.ts';
import { createTurns } from './turns.ts';

/** A service that runs. */
export interface RunningService extends LiveService {
  /** Takes nothing more in, stores what came and the state, and ends. */
  stop(): Promise<void>;
  /** Settles when it has ended: after `stop`, when all its sources are over, or with why it failed. */
  readonly ended: Promise<void>;
}

const PIPELINE = 'main';
/** Lines of a round. */
const ROUND_LINES = 16_384;
/** Lines between checkpoints at most: what must be taken again after a kill. */
const CHECKPOINT_LINES = 200_000;
const TICK = 1000;

/**
 * Starts the service: goes on where the last one ended, learns first where there is no
 * model, and judges from then on.
 *
 * @throws CaracalError as `LiveSource.open`, `openLiveModel`; `E_CHECKPOINT` where the state cannot be read,
 * `E_STORE_CONFLICT` where another service runs on this database
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const claimed = await claimPipeline(options.store, PIPELINE, options.clock ?? systemClock);
  const release = (): void => releaseOwner(claimed.progress.owner);
  try {
    const service = await goOn(options, claimed);
    service.ended.then(release, release);
    return service;
  } catch (error) {
    release();
    throw error;
  }
}

// --- internal ---

async function goOn(options: ServiceOptions, claimed: StoredProgress): Promise<RunningService> {
  const { store, clock = systemClock, checkpointEvery = 20_000, learnLines = 20_000 } = options;
  await mkdir(options.models, { recursive: true });
  const settings = await openSettings(store, async (changed) => options.onSettings?.(changed));
  let rules: readonly Suppression[] = await store.suppressions.active();
  const history = await pastVerdicts(store);
  await store.runs.stopAll();

  const listeners = new Set<(message: LiveMessage) => void>();
  const tell = (message: LiveMessage): void => {
    options.notify?.(message);
    for (const listener of listeners) listener(message);
  };
  const saved = await store.checkpoints.read(PIPELINE);
  const checkpoint = saved && !options.relearn ? decodeCheckpoint(saved.bytes) : undefined;
  const first = await firstModel(store, options, checkpoint?.online.model ?? null, PIPELINE);
  const knowledge: AlertKnowledge = {
    criticality: (entities) => criticalityOf(settings.current.criticality)(entities),
    history: (alike) => history.of(alike),
  };
  const budget = createBudget({
    perDay: settings.current.alertBudget,
    ...(checkpoint ? { from: checkpoint.budget } : {}),
  });
  const pipeline = createOnlinePipeline({
    session: options.session ?? { kind: 'process' },
    sessionTimeout: options.sessionTimeout ?? 3_600_000,
    mostSessions: options.mostSessions ?? 20_000,
    ...{ format: options.format, timezone: options.timezone, parserName: options.parserName, knowledge },
    alpha: () => settings.current.alpha,
    leastSeverity: () => settings.current.leastSeverity,
    ...{ from: checkpoint?.online, model: first, parser: first?.parser, learnLines },
  });
  const places: LinePlaces = new Map(checkpoint?.places);
  const meters = createMeters(clock);

  /** The last record that was learned from, once there are enough, and where the sources stood then. */
  let learned: { readonly record: number; readonly places: LinePlaces } | null = null;
  const noteLearned = (round: Round, ids: readonly number[], before: LinePlaces): void => {
    const { learnedTo } = round;
    if (learnedTo === null || learned !== null) return;
    learned = { record: (ids[learnedTo] ?? 1) - 1, places: placesAt(before, round, learnedTo) };
  };
  let phase: ServiceStatus['phase'] = 'starting';
  let failure: string | null = null;
  let waitingFor: string | null = null;
  let stopping = false;
  const started = clock.now();

  const committer = createCommitter({
    ...{ store, clock, pipeline: PIPELINE, claimed },
    version: saved?.version ?? 0,
    lastRecord: checkpoint?.record ?? 0,
    rules: () => rules,
    admit: (alert: LiveAlert) => budget.admit(alert, clock.now()),
    onWaiting: (error) => {
      waitingFor = error ? error.message : null;
    },
    stopping: () => stopping,
  });
  const saver = createStateSaver({
    ...{ pipeline, budget, places, clock },
    ...{ every: checkpointEvery, mostLines: CHECKPOINT_LINES, saved: saved?.saved ?? 0 },
  });
  const keeper = createRoundKeeper({
    ...{ store, clock, committer, places, meters, tell },
    checkpoint: saved && { saved: saved.saved, bytes: saved.bytes.length },
  });
  const { keep } = keeper;
  /** Judges what is stored and was not judged: what came while the first model was learned. */
  const judgeStored = async (from: number, until: number, at: LinePlaces): Promise<void> => {
    await replay(store, pipeline, {
      ...{ from, until, places: at, rounds: [], turns: committer.turns, pages: CATCH_UP_PAGES },
      onRound: async (round, ids) => {
        await keep(round, [], await saver.now(at, until, ids.at(-1) ?? until), ids);
      },
    });
  };
  const recorded = checkpoint?.record ?? 0;
  const unjudged = Math.max(recorded, checkpoint?.unjudged ?? 0);
  if (unjudged > recorded) await judgeStored(recorded, unjudged, places);
  await replay(store, pipeline, {
    ...{ from: unjudged, places, rounds: committer.rounds, turns: committer.turns },
    onRound: async (round, ids, before) => {
      noteLearned(round, ids, before);
      committer.recall(round, ids);
    },
  });
  const lanes = await openLanes(options.sources, store, clock);
  phase = pipeline.model ? 'live' : 'learning';

  let storing: Promise<unknown> = Promise.resolve();
  const turns = createTurns();
  const teacher = createTeacher({
    ...{ store, clock, pipeline, options, turns },
    adopt: async (live) => {
      const first = pipeline.model === undefined;
      pipeline.use(live);
      phase = stopping ? phase : 'live';
      await storing;
      // Whoever asked for it is not told before a restart would go on with it.
      if (first && learned !== null) await judgeStored(learned.record, committer.lastRecord, new Map(learned.places));
      else await keep(createRound(), [], await saver.now());
      tell({ type: 'status', status: status() });
    },
  });

  let housekept = clock.now();
  const housekeep = async (): Promise<void> => {
    const now = clock.now();
    if (listeners.size > 0) tell({ type: 'counters', counters: counters() });
    if (elapsed(housekept, now) < 60_000) return;
    housekept = now;
    await tidyUp(store, settings.current, now, () => stopping);
    rules = await store.suppressions.active();
    if (settings.current.retrainOnDrift && pipeline.drift().level === 'strong') await teacher.onDrift();
  };

  const take = (items: readonly Waiting[], round: Round): void => {
    for (const { lane, delivery, from, to } of inTurns(items)) {
      const source = { id: lane.stored.id, name: lane.source.name };
      const lines = sliceOfDelivery(delivery, from, to);
      takeLines(pipeline, places, { source, generation: delivery.generation, lines }, round);
    }
  };
  const severalFiles = lanes.lanes.filter(({ source }) => source.kind === 'file').length > 1;
  // Beside what comes in: while the database is full, this is what makes room.
  const endHousekeeping = repeat(clock, TICK, () =>
    housekeep().catch((error: unknown) => {
      // What can wait is tried again in a minute.
      if (!(error instanceof CaracalError) || error.data.retry !== true) broken ??= { error };
    }),
  );

  /** What ended the service while nothing came that would have shown it. */
  let broken: { readonly error: unknown } | null = null;
  const run = async (): Promise<void> => {
    let lag = Number.POSITIVE_INFINITY;
    while (!lanes.over) {
      if (broken !== null) throw broken.error;
      const items = await lanes.next(ROUND_LINES, TICK);
      await turns.run(async () => {
        const round = createRound();
        const before: LinePlaces = new Map(places);
        take(items, round);
        if (severalFiles && clock.now() - pipeline.latestTaken > BACKLOG) {
          // What is read of old files at the same time belongs together.
          await new Promise<void>((resolve) => clock.after(GATHER, resolve));
          const more = await lanes.next(ROUND_LINES, 0);
          take(more, round);
          items.push(...more);
        }
        const now = clock.now();
        // Time goes on without lines as well, as far behind the present as the lines are.
        if (items.length === 0 && lag < LIVE_LAG) pipeline.tick(now - lag, round);
        await pipeline.finish(round);
        if (items.length > 0) lag = Math.max(0, now - pipeline.latest);
        // Time that passed without lines is not taken again: its state is stored with what it did.
        const ticked = items.length === 0 && [...round.windows.values()].some(({ kind }) => kind === 'close');
        const due = saver.due(round.records.length) && pipeline.model !== undefined;
        const state = ticked && pipeline.model ? await saver.now() : saver.take();
        const begun = due && !ticked ? saver.begin() : null;
        const nothing = items.length === 0 && round.windows.size === 0 && round.alerts.length === 0;
        if (nothing && state === null && begun === null) return;
        await storing;
        storing = keep(round, items, state).then(({ ids }) => {
          begun?.(committer.lastRecord);
          noteLearned(round, ids, before);
        });
        storing.catch((error: unknown) => {
          broken ??= { error };
        });
      });
      if (!pipeline.model) teacher.onLines(pipeline.lessons.events, learnLines);
      if (items.length === 0) await committer.beat();
      if (items.length > 0 && items.reduce((sum, { item }) => sum + linesOf(item), 0) < SMALL_ROUND) {
        // A little patience makes one transaction of many small deliveries.
        await new Promise<void>((resolve) => clock.after(COALESCE, resolve));
      }
    }
    await storing;
    if (pipeline.model) await keep(createRound(), [], await saver.now());
    await committer.release();
  };
  const ended = run()
    .then(
      () => {
        phase = 'stopped';
      },
      (error: unknown) => {
        phase = 'failed';
        failure = error instanceof Error ? error.message : String(error);
        throw error;
      },
    )
    .finally(async () => {
      endHousekeeping();
      await lanes.close();
      await teacher.stop();
      tell({ type: 'status', status: status() });
    });
  ended.catch(() => {});

  const counters = () => ({
    time: clock.now(),
    ...committer.totals,
    drops: lanes.lanes.reduce((sum, { feed }) => sum + feed.counts().droppedLines, 0),
    malformed: lanes.lanes.reduce((sum, { stored }) => sum + (pipeline.reader(stored.id)?.malformed ?? 0), 0),
    ...meters.read(),
    queued: lanes.waitingLines,
  });
  const status = (): ServiceStatus => ({
    phase,
    error: failure ?? waitingFor ?? teacher.failure,
    learning:
      phase === 'learning'
        ? {
            lines: Math.min(learnLines, pipeline.lessons.events),
            linesNeeded: learnLines,
            training: teacher.training?.share ?? null,
          }
        : null,
    started,
    model: pipeline.model
      ? { hash: pipeline.model.hash, kind: pipeline.model.kind, since: teacher.since ?? started }
      : null,
    training: teacher.training,
    totals: counters(),
    sources: lanes.lanes.map((lane) => meters.source(lane, pipeline.reader(lane.stored.id))),
    drift: pipeline.drift(),
    sessions: pipeline.sessions,
    templates: pipeline.templates,
    openWindows: pipeline.openWindow === null ? 0 : 1,
    checkpoint: keeper.checkpoint,
  });
  const push = lanes.lanes.find(({ source }) => source.kind === 'http-push')?.feed as PushFeed | undefined;

  return {
    status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...createQuestions({ store, clock, pipeline, settings: () => settings.current }),
    ...createTriage({
      ...{ store, history, tell },
      learnFrom: (alerts) => teacher.onFalsePositives(alerts),
      rulesChanged: async () => {
        rules = await store.suppressions.active();
      },
    }),
    settings: async () => settings.current,
    changeSettings: async (change) => {
      const changed = await settings.change(change);
      budget.change(changed.alertBudget);
      await turns.run(async () => pipeline.retune());
      return changed;
    },
    retrain: () => teacher.retrain(),
    promote: (hash) => teacher.promote(hash),
    push: async (request) => {
      // One that is stopping says so, and that it should be sent again.
      if (push) return push.handle(request);
      const body = JSON.stringify({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'This service takes no HTTP push. Start it with --push.',
      });
      return { status: 404, headers: { 'content-type': 'application/problem+json' }, body };
    },
    stop: async () => {
      stopping = true;
      await lanes.stop();
      await ended;
    },
    ended,
  };
}

/** Fewer lines than this in a round, and the next one waits a little, ms. */
const SMALL_ROUND = 4096;
const COALESCE = 50;
/** Lines of files that are older than this are gathered from all of them for a while, ms. */
const BACKLOG = 60_000;
const GATHER = 300;
/** Thousands of lines of a round, where those that were stored are judged. */
const CATCH_UP_PAGES = 10;
/** Lines further behind the present than this are a backlog: its windows end by its own time. */
const LIVE_LAG = 3_600_000;

/** Time since a moment; for ever where the clock was set back behind it. */
function elapsed(since: number, now: number): number {
  return now < since ? Number.POSITIVE_INFINITY : now - since;
}
