import { join } from 'node:path';
import { CaracalError } from '../errors.ts';
import { writeModel } from '../files/index.ts';
import { decodeParser } from '../parse/index.ts';
import { sequencesOf } from '../sequence/index.ts';
import type { Run, Store, StoredAlert, StoredModel } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import type { Lesson } from './lessons.ts';
import { type LiveModel, openLiveModel, saveLiveModel } from './live-model.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import { recentLesson } from './recent-lesson.ts';
import type { ServiceOptions } from './service-options.ts';
import { type Training, trainAside } from './train-aside.ts';
import type { Turns } from './turns.ts';

export interface TeacherOptions {
  readonly store: Store;
  readonly clock: StreamClock;
  readonly pipeline: OnlinePipeline;
  readonly options: ServiceOptions;
  readonly turns: Turns;
  /** Takes a model into use; has the pipeline for itself. */
  readonly adopt: (model: LiveModel) => Promise<void>;
}

/** Learns models beside the service that goes on, and takes them into use. */
export interface Teacher {
  /** Lines have been learned from; begins the first training when there are enough. */
  onLines(lines: number, needed: number): void;
  retrain(): Promise<Run>;
  onDrift(): Promise<void>;
  promote(hash: string): Promise<StoredModel>;
  /** The model takes what is flagged of these alerts for normal, where it can learn that. */
  onFalsePositives(alerts: readonly StoredAlert[]): void;
  readonly training: { readonly run: number; readonly share: number } | null;
  /** Why the last training failed, until one does not. */
  readonly failure: string | null;
  /** When the model that judges was taken into use. */
  readonly since: number | null;
  stop(): Promise<void>;
}

/** One model of this name is in use. */
const NAME = 'main';
/** After a training that failed another one is not begun by itself for so long, ms. */
const RETRY = 60_000;
/** Time between trainings that nobody asked for, ms. */
const DRIFT_PAUSE = 6 * 3_600_000;

export function createTeacher({ store, clock, pipeline, options, turns, adopt }: TeacherOptions): Teacher {
  const { detector = 'deeplog', seed = 1 } = options;
  let current: { readonly run: number; readonly training: Training } | null = null;
  /** Until what came of the last training is written down. */
  let writtenDown: Promise<void> = Promise.resolve();
  let begun = false;
  let failure: string | null = null;
  let failed = Number.NEGATIVE_INFINITY;
  let since: number | null = null;
  let drifted = Number.NEGATIVE_INFINITY;
  let taught: Promise<void> = Promise.resolve();
  let stopped = false;

  const take = async (
    directory: string,
    detail: { readonly [name: string]: string | number },
  ): Promise<StoredModel> => {
    const live = await openLiveModel(directory);
    await store.models.save({ hash: live.hash, name: NAME, kind: live.kind, directory, detail });
    return turns.run(async () => {
      await adopt(live);
      since = clock.now();
      return store.models.promote(live.hash);
    });
  };
  const directoryOf = (run: number, why: string): string =>
    join(options.models, `${new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '')}-${why}-${run}`);

  const train = async (lesson: Lesson, why: string): Promise<Run> => {
    const run = await store.runs.start('train', { model: detector, why, events: lesson.events, seed });
    const training = trainAside({ set: lesson.set, training: { detector, seed } });
    current = { run: run.id, training };
    const done = async (): Promise<void> => {
      try {
        const learned = await training.learned;
        const directory = directoryOf(run.id, detector);
        await saveLiveModel(directory, learned, lesson, pipeline.parser.encode());
        const model = await take(directory, { why, events: lesson.events, run: run.id });
        failure = null;
        await store.runs.update(run.id, { state: 'done', detail: { model: model.hash, why, events: lesson.events } });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        failure = stopped ? null : message;
        failed = clock.now();
        begun = false;
        await store.runs.update(run.id, { state: stopped ? 'stopped' : 'failed', detail: { why, error: message } });
      } finally {
        current = null;
      }
    };
    writtenDown = done().catch(() => {});
    return run;
  };

  const learnFrom = async (alerts: readonly StoredAlert[]): Promise<void> => {
    const live = pipeline.model;
    if (!live?.model.update) return;
    const sequences: string[][] = [];
    for (const alert of alerts) {
      if (alert.detector !== live.kind) continue;
      const { items } = await store.events.page({ alert: alert.id }, { limit: 20 });
      for (const event of items) {
        const detail = event.detail as { history?: readonly { key: string }[]; unseen?: boolean } | null;
        // A key that the model does not know it cannot learn to expect: that takes a new training.
        if (!detail?.history || detail.unseen || event.template === null) continue;
        sequences.push([...detail.history.map(({ key }) => key), event.template]);
      }
    }
    if (sequences.length === 0) return;
    const run = await store.runs.start('feedback', { sequences: sequences.length, alerts: alerts.map(({ id }) => id) });
    try {
      const set = sequencesOf(sequences, { closed: false });
      const rows = Array.from({ length: set.count }, (_, s) => set.offsets[s + 1]! - 1);
      const updated = await live.model.update({ sequences: set, rows }, { seed });
      const encoded = await updated.encode();
      await updated.dispose();
      const files = new Map(encoded.files);
      const facts = live.encoded.files.get('live.json');
      if (facts) files.set('live.json', facts);
      const directory = directoryOf(run.id, 'feedback');
      await writeModel(directory, {
        ...{ model: { ...encoded, files }, judgement: live.judgement },
        parser: pipeline.parser.encode(),
      });
      const model = await take(directory, { why: 'feedback', run: run.id });
      await store.runs.update(run.id, { state: 'done', detail: { model: model.hash, sequences: sequences.length } });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await store.runs.update(run.id, { state: 'failed', detail: { error: message } });
    }
  };

  return {
    onLines: (lines, needed) => {
      if (begun || lines < needed || clock.now() - failed < RETRY) return;
      begun = true;
      train(pipeline.lesson(), 'first').catch(() => {
        begun = false;
      });
    },
    retrain: async () => {
      if (current) {
        throw new CaracalError('E_BUSY', 'A model is being learned already. Wait for it to end, or look at its run.');
      }
      const parser = decodeParser(pipeline.parser.encode());
      return train(await recentLesson(store, parser, options), 'asked');
    },
    async onDrift() {
      if (current || clock.now() - drifted < DRIFT_PAUSE) return;
      drifted = clock.now();
      await this.retrain();
    },
    promote: async (hash) => {
      const model = await store.models.get(hash);
      if (!model) {
        throw new CaracalError('E_STORE_CONFLICT', `There is no model ${hash}. Choose one of GET /api/v1/models.`, {
          retry: false,
        });
      }
      const live = await openLiveModel(model.directory);
      return turns.run(async () => {
        await adopt(live);
        since = clock.now();
        return store.models.promote(hash);
      });
    },
    onFalsePositives: (alerts) => {
      taught = taught.then(() => learnFrom(alerts)).catch(() => {});
    },
    get training() {
      return current && { run: current.run, share: current.training.share };
    },
    get failure() {
      return failure;
    },
    get since() {
      return since;
    },
    stop: async () => {
      stopped = true;
      await current?.training.cancel();
      await writtenDown;
      await taught;
    },
  };
}
