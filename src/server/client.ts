import type { Settings } from '../config/index.ts';
import type {
  Inference,
  InferRequest,
  LiveMessage,
  ModelDetail,
  ParameterValues,
  PreviewRequest,
  ServiceStatus,
  WindowPreview,
} from '../service/index.ts';
import type {
  AlertCounts,
  AlertFilter,
  AlertOrder,
  ApiToken,
  AuditEntry,
  CountRange,
  CountSeries,
  DeadLetter,
  EventFilter,
  FlaggedEvent,
  HistogramBar,
  NewSuppression,
  NewVerdict,
  Page,
  PageRequest,
  Receipt,
  RecordFilter,
  Role,
  Run,
  StoredAlert,
  StoredGap,
  StoredModel,
  StoredTemplate,
  StoredVerdict,
  StoredWindow,
  Suppression,
  SuppressionMatch,
  TimeRange,
  TokenRole,
  ValueCount,
  VerdictTarget,
  WindowFilter,
} from '../store/index.ts';
import type { ExplanationBody } from './schemas/explanation.ts';
import type { Heat } from './schemas/heat.ts';
import type { IssuedToken, SessionBody, UserBody } from './schemas/people.ts';
import type { RecordBody } from './schemas/records.ts';
import type { SourceBody } from './schemas/sources.ts';
import type { TemplateCounts } from './schemas/templates.ts';
import { type ClientOptions, createTransport } from './transport.ts';

type Items<T> = { readonly items: readonly T[] };
/** What is said of a change; who says it is known by the token or session. */
type Unsigned<T> = Omit<T, 'author'>;

/** A client of Caracal's HTTP API. */
export type Client = ReturnType<typeof createClient>;

/**
 * A typed client for browsers and for Node: a method for each route, which throws an
 * `ApiError` for every answer that is not a success.
 *
 * ```ts
 * const caracal = createClient('http://127.0.0.1:7007', { token });
 * const { items } = await caracal.alerts.page({ status: ['open'], order: 'priority' });
 * ```
 *
 * In a page of the same origin `createClient('')` works by the session cookie; it sends
 * the CSRF token that `session.start` or `session.get` gave.
 *
 * @param baseUrl origin of the server, `''` for that of the page
 */
export function createClient(baseUrl: string, options: ClientOptions = {}) {
  const { get, post, patch, remove, path, onSession } = createTransport(`${baseUrl}/api/v1`, options);
  return {
    session: {
      start: async (credentials: { token: string } | { user: string; password: string }) =>
        onSession(await post<SessionBody>('/session', credentials)),
      get: async () => onSession(await get<SessionBody>('/session')),
      end: () => remove('/session'),
      changePassword: (password: string, next: string) => post<void>('/session/password', { password, next }),
    },
    status: () => get<ServiceStatus>('/status'),
    counts: (range: CountRange) => get<CountSeries>('/counts', range),
    heatmap: (range: { from: number; to: number; columns?: number | undefined; by: 'host' | 'user' }) =>
      get<Heat>('/heatmap', range),
    alerts: {
      page: (filter: AlertFilter & PageRequest & { order?: AlertOrder } = {}) =>
        get<Page<StoredAlert>>('/alerts', filter),
      counts: (filter: AlertFilter = {}) => get<AlertCounts>('/alerts/counts', filter),
      top: (
        filter: AlertFilter & { by: 'host' | 'user' | 'address' | 'process' | 'template'; limit?: number | undefined },
      ) => get<Items<ValueCount>>('/alerts/top', filter),
      histogram: (filter: AlertFilter & { step: number }) => get<Items<HistogramBar>>('/alerts/histogram', filter),
      get: (id: string) => get<StoredAlert>(path`/alerts/${id}`),
      explanation: (id: string) => get<ExplanationBody>(path`/alerts/${id}/explanation`),
      verdicts: (id: string) => get<Items<StoredVerdict>>(path`/alerts/${id}/verdicts`),
      events: (id: string, page: PageRequest = {}) => get<Page<FlaggedEvent>>(path`/alerts/${id}/events`, page),
    },
    windows: {
      page: (filter: WindowFilter & PageRequest & { order?: 'score' | 'time' } = {}) =>
        get<Page<StoredWindow>>('/windows', filter),
      preview: (request: PreviewRequest) => post<WindowPreview>('/windows/preview', request),
      get: (id: string) => get<StoredWindow>(path`/windows/${id}`),
      verdicts: (id: string) => get<Items<StoredVerdict>>(path`/windows/${id}/verdicts`),
      records: (id: string, filter: Pick<RecordFilter, 'source' | 'host' | 'text'> & PageRequest = {}) =>
        get<Page<RecordBody>>(path`/windows/${id}/records`, filter),
      events: (id: string, page: PageRequest = {}) => get<Page<FlaggedEvent>>(path`/windows/${id}/events`, page),
      alerts: (id: string, page: PageRequest = {}) => get<Page<StoredAlert>>(path`/windows/${id}/alerts`, page),
    },
    verdicts: {
      page: (page: PageRequest = {}) => get<Page<StoredVerdict>>('/verdicts', page),
      receipt: (alerts: readonly string[]) => post<Receipt>('/verdicts/receipt', { alerts }),
      give: (verdict: Omit<Unsigned<NewVerdict>, 'target'> & { targets: readonly VerdictTarget[] }) =>
        post<Items<StoredVerdict>>('/verdicts', verdict),
      undo: (id: number, reason: string) => post<StoredVerdict>(path`/verdicts/${id}/undo`, { reason }),
    },
    events: (filter: EventFilter & PageRequest = {}) => get<Page<FlaggedEvent>>('/events', filter),
    records: {
      page: (filter: RecordFilter & PageRequest & { id?: readonly number[] } = {}) =>
        get<Page<RecordBody>>('/records', filter),
      around: (id: number, lines: { before?: number; after?: number } = {}) =>
        get<Items<RecordBody>>(path`/records/${id}/around`, lines),
    },
    templates: {
      page: (filter: { text?: string | undefined } & PageRequest = {}) =>
        get<Page<StoredTemplate>>('/templates', filter),
      get: (id: string) => get<StoredTemplate>(path`/templates/${id}`),
      values: (id: string) => get<Items<ParameterValues>>(path`/templates/${id}/values`),
      counts: (id: string, range: { from: number; to: number; points?: number | undefined }) =>
        get<TemplateCounts>(path`/templates/${id}/counts`, range),
    },
    models: {
      list: () => get<Items<StoredModel>>('/models'),
      get: (hash: string) => get<ModelDetail>(path`/models/${hash}`),
      promote: (hash: string) => post<StoredModel>(path`/models/${hash}/promote`),
      retrain: () => post<Run>('/models/retrain'),
    },
    runs: (page: PageRequest = {}) => get<Page<Run>>('/runs', page),
    infer: (request: InferRequest) => post<Inference>('/infer', request),
    sources: {
      list: () => get<Items<SourceBody>>('/sources'),
      get: (id: number) => get<SourceBody>(path`/sources/${id}`),
      gaps: (id: number, page: PageRequest = {}) => get<Page<StoredGap>>(path`/sources/${id}/gaps`, page),
    },
    suppressions: {
      list: () => get<Items<Suppression>>('/suppressions'),
      receipt: (match: SuppressionMatch) => post<Receipt>('/suppressions/receipt', { match }),
      add: (suppression: Unsigned<NewSuppression>) => post<Suppression>('/suppressions', suppression),
      revoke: (id: string) => remove(path`/suppressions/${id}`),
    },
    settings: {
      get: () => get<Settings>('/settings'),
      change: (change: Partial<Settings>) => patch<Settings>('/settings', change),
    },
    users: {
      list: () => get<Items<UserBody>>('/users'),
      add: (user: { name: string; role: Role; password: string }) => post<UserBody>('/users', user),
      change: (name: string, change: { role?: Role | undefined; password?: string | undefined }) =>
        patch<UserBody>(path`/users/${name}`, change),
      remove: (name: string) => remove(path`/users/${name}`),
    },
    tokens: {
      list: () => get<Items<ApiToken>>('/tokens'),
      add: (token: { name: string; role: TokenRole; expires?: number | null | undefined }) =>
        post<IssuedToken>('/tokens', token),
      revoke: (id: number) => remove(path`/tokens/${id}`),
    },
    audit: (filter: TimeRange & PageRequest & { actor?: string | undefined; target?: string | undefined } = {}) =>
      get<Page<AuditEntry>>('/audit', filter),
    deadLetters: {
      page: (filter: PageRequest & { delivered?: boolean | undefined } = {}) =>
        get<Page<DeadLetter>>('/dead-letters', filter),
      retry: (id: number) => post<DeadLetter>(path`/dead-letters/${id}/retry`),
    },
  };
}

/** What the live stream sends, as JSON in each message of `/api/v1/live` and `/api/v1/live/sse`. */
export type LiveEvent = LiveMessage | { readonly type: 'resync'; readonly dropped: number } | { readonly type: 'ping' };
