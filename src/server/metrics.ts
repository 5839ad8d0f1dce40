import type { ServiceStatus, SourceStatus } from '../service/index.ts';

/** Where the service stands in the text form of Prometheus, version 0.0.4. Names and units follow its naming guide. */
export function metricsText(
  { phase, totals, sources, model, training, drift, ...status }: ServiceStatus,
  server: { readonly version: string; readonly answers: ReadonlyMap<number, number>; readonly liveClients: number },
): string {
  const { latency } = totals;
  const each = (value: (source: SourceStatus) => number): Sample[] =>
    sources.map((source) => [value(source), { source: source.name, kind: source.kind }]);
  const answers = [...server.answers].map(([status, count]): Sample => [count, { status: `${status}` }]);
  return [
    metric('caracal_build_info', 'gauge', 'Version of Caracal.', [[1, { version: server.version }]]),
    metric('caracal_up', 'gauge', 'Whether lines are taken in.', [[Number(phase === 'learning' || phase === 'live')]]),
    metric('caracal_phase', 'gauge', 'What the service is doing.', [[1, { phase }]]),
    metric('caracal_start_time_seconds', 'gauge', 'When it started.', [[status.started / 1000]]),
    metric('caracal_lines_total', 'counter', 'Lines taken in.', [[totals.lines]]),
    metric('caracal_bytes_total', 'counter', 'Bytes taken in.', [[totals.bytes]]),
    metric('caracal_drops_total', 'counter', 'Lines that were dropped.', [[totals.drops]]),
    metric('caracal_malformed_lines_total', 'counter', 'Lines that contradict their format.', [[totals.malformed]]),
    metric('caracal_flagged_events_total', 'counter', 'Events that a detector flagged.', [[totals.flagged]]),
    metric('caracal_alerts_total', 'counter', 'Alerts raised.', [[totals.alerts]]),
    metric('caracal_windows_total', 'counter', 'Windows delineated.', [[totals.windows]]),
    metric('caracal_queued_lines', 'gauge', 'Lines received and not durable yet.', [[totals.queued]]),
    metric('caracal_delivery_latency_seconds', 'gauge', 'From receipt to the durable commit, of the last deliveries.', [
      [latency.p50 / 1000, { quantile: '0.5' }],
      [latency.p99 / 1000, { quantile: '0.99' }],
    ]),
    metric('caracal_sessions', 'gauge', 'Sessions that are followed.', [[status.sessions]]),
    metric('caracal_templates', 'gauge', 'Templates known.', [[status.templates]]),
    metric('caracal_open_windows', 'gauge', 'Windows that are open.', [[status.openWindows]]),
    metric(
      'caracal_model_info',
      'gauge',
      'The model that judges.',
      model ? [[1, { hash: model.hash, kind: model.kind }]] : [],
    ),
    metric('caracal_training', 'gauge', 'Whether a model is being trained.', [[Number(training !== null)]]),
    metric('caracal_template_novelty', 'gauge', 'Share of events that training never showed.', [[drift.novelty]]),
    metric('caracal_flag_rate', 'gauge', 'Share of events above the threshold.', [[drift.flagRate]]),
    metric('caracal_score_shift', 'gauge', 'Median score less that of held-out data, nats.', [[drift.shift]]),
    metric(
      'caracal_source_lines_total',
      'counter',
      'Lines of a source.',
      each(({ lines }) => lines),
    ),
    metric(
      'caracal_source_drops_total',
      'counter',
      'Lines of a source that were dropped.',
      each(({ drops }) => drops),
    ),
    metric(
      'caracal_source_silent',
      'gauge',
      'Whether a source is silent for too long.',
      each(({ silent }) => Number(silent)),
    ),
    metric('caracal_http_answers_total', 'counter', 'Answers over HTTP.', answers),
    metric('caracal_live_clients', 'gauge', 'Clients of the live stream.', [[server.liveClients]]),
  ].join('');
}

// --- internal ---

type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([value, labels]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Sample[1]): string {
  if (!labels) return '';
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, escaped)}"`);
  return `{${parts.join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
