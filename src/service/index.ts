/** The live service: from lines as they come to alerts that are stored. */
export { streaming } from './live-model.ts';
export type {
  Drift,
  Explanation,
  Inference,
  InferRequest,
  JudgedLine,
  LiveCounters,
  LiveMessage,
  LiveService,
  ModelDetail,
  ParameterValues,
  PreviewRequest,
  ServiceStatus,
  SourceStatus,
  WindowPreview,
} from './service.ts';
export type { ServiceOptions } from './service-options.ts';
export { type RunningService, startService } from './start-service.ts';
