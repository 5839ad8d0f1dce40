/** What the API sends, as the server's own types have it. The dashboard imports types from here only. */
export type { Settings } from '../../../src/config/settings.ts';
export type { LiveEvent } from '../../../src/server/client.ts';
export type { Heat } from '../../../src/server/schemas/heat.ts';
export type { TemplateCounts } from '../../../src/server/schemas/templates.ts';
export type {
  Drift,
  Explanation,
  Inference,
  JudgedLine,
  LiveCounters,
  ModelDetail,
  ParameterValues,
  ServiceStatus,
  SourceStatus,
  WindowPreview,
} from '../../../src/service/service.ts';
export type {
  AlertCounts,
  ApiToken,
  AuditEntry,
  CountSeries,
  DeadLetter,
  FlaggedEvent,
  HistogramBar,
  Page,
  Receipt,
  Role,
  Run,
  Status,
  StoredAlert,
  StoredGap,
  StoredModel,
  StoredRecord,
  StoredSource,
  StoredTemplate,
  StoredVerdict,
  StoredWindow,
  Suppression,
  SuppressionMatch,
  User,
  ValueCount,
  Verdict,
} from '../../../src/store/types.ts';
export type { Entity, Severity } from '../../../src/types.ts';
