import { type DetectorModel, type Follower, followWorkflow } from '../models/index.ts';
import type { FlaggedEvent, Store, StoredAlert, StoredRecord } from '../store/index.ts';
import type { Parameter } from '../types.ts';
import { detailOf } from './event-detail.ts';
import { messagesOf } from './messages.ts';
import type { OnlinePipeline } from './online-pipeline.ts';
import type { Explanation, JudgedLine } from './service.ts';
import { parameterValues } from './template-values.ts';

const EVENTS = 50;
const SIMILAR = 10;
/** Values from so long before an event are what it is held against, ms. */
const EARLIER = 6 * 3_600_000;

/** Why an alert was raised, from what was stored when it was; `null` where there is no such alert. */
export async function explain(store: Store, pipeline: OnlinePipeline, id: string): Promise<Explanation | null> {
  const alert = await store.alerts.get(id);
  if (!alert) return null;
  const { items: events } = await store.events.page({ alert: id }, { limit: EVENTS });
  // The event that the alert's reason is of: the most surprising one.
  const [first] = [...events].sort((a, b) => b.score - a.score || a.time - b.time || a.sequence - b.sequence);
  const detail = detailOf(first?.detail);
  const records = await store.records.get(events.flatMap(({ record }) => (record === null ? [] : [record])));
  const deviating = records.find(({ id: record }) => record === first?.record) ?? null;
  return {
    alert,
    sequence: first && detail.kind === 'sequence' ? await sequenceOf(store, pipeline, first, deviating) : [],
    threshold: detail.threshold ?? null,
    parameters: deviating ? await parametersOf(store, pipeline, deviating) : [],
    quantity:
      detail.kind === 'quantity'
        ? {
            ...{ subject: detail.subject ?? '', count: detail.count ?? 0, usual: detail.usual ?? 0 },
            ...{ most: detail.most ?? 0, minutes: detail.minutes ?? 0 },
          }
        : null,
    records,
    workflow: first ? await departureOf(pipeline, first) : null,
    similar: await similarTo(store, alert),
    window: alert.windowId === null ? null : await store.windows.get(alert.windowId),
  };
}

// --- internal ---

const followers = new WeakMap<DetectorModel, Promise<Follower | null>>();

/** Where the event's session left the workflow of its task, in words. */
async function departureOf(
  { model, parser }: OnlinePipeline,
  { detail, template }: FlaggedEvent,
): Promise<string | null> {
  const { history, whole, unseen } = detailOf(detail);
  if (!model?.model.workflow || !history || !whole || unseen || template === null) return null;
  let follower = followers.get(model.model);
  if (!follower) {
    follower = model.model.workflow().then((block) => (block ? followWorkflow(block) : null));
    followers.set(model.model, follower);
  }
  const departure = (await follower)?.([...history.map(({ key }) => key), template], false);
  if (!departure) return null;
  const shown = (key: string): string => (key === '$' ? 'the end' : `'${parser.resolve(key)?.text ?? key}'`);
  const others = departure.expected.slice(0, 3).map(shown).join(', ');
  return `It left the workflow with ${shown(departure.key)}${others === '' ? '' : `, where ${others} could have come`}.`;
}

async function sequenceOf(
  store: Store,
  { parser }: OnlinePipeline,
  event: FlaggedEvent,
  deviating: StoredRecord | null,
): Promise<Explanation['sequence']> {
  const { history = [], expected = [], unseen } = detailOf(event.detail);
  const textOf = (key: string): string => (key === '$' ? 'the end of the session' : (parser.resolve(key)?.text ?? key));
  const [begin] = history;
  const around = begin
    ? (await store.records.page({ source: [event.source], from: begin.time, to: event.time }, { limit: 1000 })).items
    : [];
  const bySequence = new Map(around.map((record) => [record.sequence, record]));
  const line = (
    key: string,
    record: StoredRecord | null,
  ): Pick<JudgedLine, 'line' | 'template' | 'templateText' | 'parameters'> => ({
    ...{ line: record?.text ?? null, template: key, templateText: textOf(key), parameters: [] },
  });
  return [
    ...history.map(({ key, nll, time, sequence }) => {
      const record = bySequence.get(sequence) ?? null;
      return {
        ...line(key, record),
        ...{ nll, rank: 0, severity: 'NONE' as const, flags: [], expected: [], record, deviating: false, time },
      };
    }),
    {
      ...line(event.template ?? '', deviating),
      ...{ nll: event.nll ?? 0, rank: event.rank ?? 0, severity: event.severity },
      flags: unseen ? ['unseen'] : ['score'],
      expected: expected.map(({ template, p }) => ({ template, p, text: textOf(template) })),
      ...{ record: deviating, deviating: true, time: event.time },
    },
  ];
}

async function parametersOf(
  store: Store,
  pipeline: OnlinePipeline,
  { text, template, time }: StoredRecord,
): Promise<Explanation['parameters']> {
  const own: Parameter[] = pipeline.parser.parameters(messagesOf([text])[0] ?? text);
  // What is part of the same trouble is not usual.
  const usual = template === null ? null : await parameterValues(store, pipeline.parser, template, time - EARLIER);
  return own.map((parameter, i) => {
    const values = usual?.[i];
    return {
      ...parameter,
      usual: values?.top.slice(0, 5).map(({ value }) => value) ?? [],
      seen: values?.top.find(({ value }) => value === parameter.value)?.count ?? 0,
    };
  });
}

async function similarTo(store: Store, alert: StoredAlert): Promise<Explanation['similar']> {
  const { items } = await store.alerts.page(
    {
      detector: [alert.detector],
      ...(alert.template ? { template: [alert.template.id] } : {}),
      ...(alert.template || !alert.entity ? {} : { entity: alert.entity }),
      to: alert.time,
    },
    { limit: SIMILAR + 1 },
  );
  const similar = [];
  for (const other of items.filter(({ id }) => id !== alert.id).slice(0, SIMILAR)) {
    const [verdict] = await store.verdicts.history({ kind: 'alert', id: other.id });
    similar.push({ alert: other, verdict: verdict ?? null });
  }
  return similar;
}
