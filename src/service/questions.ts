import type { Settings } from '../config/index.ts';
import type { Store } from '../store/index.ts';
import type { StreamClock } from '../stream/index.ts';
import { explain } from './explain.ts';
import { infer } from './infer.ts';
import { modelDetail } from './model-detail.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import { createPreviewer } from './preview-live.ts';
import type { LiveService } from './service.ts';
import { parameterValues } from './template-values.ts';

export interface QuestionOptions {
  readonly store: Store;
  readonly clock: StreamClock;
  readonly pipeline: OnlinePipeline;
  readonly settings: () => Settings;
}

type Questions = Pick<LiveService, 'infer' | 'explain' | 'preview' | 'templateValues' | 'modelDetail'>;

/** What can be asked of a running service, besides what is stored. */
export function createQuestions({ store, clock, pipeline, settings }: QuestionOptions): Questions {
  const previewer = createPreviewer(store, pipeline);
  return {
    infer: (request) => infer(pipeline, request),
    explain: (alert) => explain(store, pipeline, alert),
    preview: (request) => previewer.preview(request, settings(), clock.now()),
    templateValues: (template) => parameterValues(store, pipeline.parser, template),
    modelDetail: (hash) => modelDetail(store, pipeline, hash),
  };
}
