import type { Entity, LineExample, Severity, Template } from '../types.ts';
import { contentId } from '../util/hash.ts';
import { entityName } from './entities.ts';
import type { LiveAlert, LiveEvent, PlacedWindow } from './live-alert.ts';
import { prioritise, type VerdictCounts } from './priority.ts';

/** An alert in the making. */
export interface Group extends GroupParts {
  /** Hosts of its lines. */
  readonly hosts: Set<string>;
  /** What its lines name, by `entityName`. */
  readonly entities: Map<string, Entity>;
}

/** An alert in the making, as JSON. */
export interface GroupState extends Readonly<GroupParts> {
  readonly hosts: readonly string[];
  readonly entities: readonly Entity[];
}

/** What it is made of besides its sets. */
interface GroupParts {
  readonly key: string;
  readonly id: string;
  readonly time: number;
  readonly detector: string;
  readonly entity: Entity | null;
  readonly template: Template | null;
  readonly source: { readonly id: number; readonly name: string };
  readonly entityShare: number;
  severity: Severity;
  calibrated: boolean;
  surprise: number;
  reason: string;
  count: number;
  /** How old its latest event was when it came, ms. */
  age: number | null;
  criticality: number | null;
  history: VerdictCounts | null;
  window: PlacedWindow | null;
  firstLine: number;
  lastLine: number;
  examples: readonly LineExample[];
}

/** An alert without an event yet. */
export function beginGroup(key: string, event: LiveEvent, entity: Entity | null): Group {
  const { modelHash, detector, source, offset, time, template, entityShare, severity, calibrated } = event;
  return {
    ...{ key, time, detector, entity, template, entityShare, severity, calibrated },
    id: contentId([modelHash, detector, 'event', source.generation, entityName(entity), offset]),
    source: { id: source.id, name: source.name },
    ...{ surprise: Number.NEGATIVE_INFINITY, reason: '', count: 0, age: null, criticality: null, history: null },
    ...{ window: null, firstLine: 0, lastLine: 0, examples: [], hosts: new Set(), entities: new Map() },
  };
}

/** Counts an event in; of hosts and entities it lists `names` at most. */
export function countIn(group: Group, event: LiveEvent, names: number): void {
  group.count += event.repeat;
  group.calibrated &&= event.calibrated;
  if (SEVERITIES.indexOf(event.severity) > SEVERITIES.indexOf(group.severity)) group.severity = event.severity;
  if (event.surprise > group.surprise) {
    group.surprise = event.surprise;
    group.reason = event.reason;
  }
  group.age = event.received === null ? null : Math.max(0, event.received - event.time);
  if (event.host !== null && group.hosts.size < names) group.hosts.add(event.host);
  for (const entity of event.entities) {
    const name = entityName(entity);
    if (group.entities.size < names && !group.entities.has(name)) group.entities.set(name, entity);
  }
  if (event.line) addLine(group, event.line);
}

/** Everybody it names, hosts that only its lines' headers name among them. */
export function namedBy({ entities, hosts }: Group): Entity[] {
  const named = [...entities.values()];
  for (const host of hosts) if (!entities.has(`host:${host}`)) named.push({ kind: 'host', value: host });
  return named;
}

/** The alert as it is now. */
export function alertOf(group: Group): LiveAlert {
  const { id, time, severity, calibrated, detector, entity, template, reason, window, source, examples } = group;
  const entities = namedBy(group);
  return {
    ...{ id, time, severity, calibrated, detector, entity, template, reason, count: group.count },
    priority: prioritise({
      surprise: group.surprise,
      channels: window?.channels ?? 0,
      entityShare: group.entityShare,
      hosts: Math.max(1, group.hosts.size),
      users: entities.filter(({ kind }) => kind === 'user').length,
      events: group.count,
      criticality: group.criticality ?? undefined,
      age: group.age ?? undefined,
      history: group.history ?? undefined,
    }),
    windowId: window?.id ?? null,
    source: source.id,
    entities,
    lines:
      examples.length === 0 ? null : { source: source.name, first: group.firstLine, last: group.lastLine, examples },
  };
}

/** As JSON. */
export function stateOf(group: Group): GroupState {
  return { ...group, hosts: [...group.hosts], entities: [...group.entities.values()] };
}

/** From JSON. */
export function groupOf(state: GroupState): Group {
  return {
    ...state,
    hosts: new Set(state.hosts),
    entities: new Map(state.entities.map((entity) => [entityName(entity), entity])),
  };
}

// --- internal ---

/** Of the lines of an alert the first is kept and these latest ones, each of them so long at most. */
const LATEST_LINES = 4;
const LONGEST_LINE = 1000;

const SEVERITIES: readonly Severity[] = ['NONE', 'LOW', 'MED', 'HIGH'];

function addLine(group: Group, line: LineExample): void {
  const [first, ...latest] = group.examples;
  const shown = { ...line, text: beginning(line.text) };
  group.examples = first ? [first, ...latest.slice(1 - LATEST_LINES), shown] : [shown];
  group.firstLine = first ? Math.min(group.firstLine, line.line) : line.line;
  group.lastLine = first ? Math.max(group.lastLine, line.line) : line.line;
}

/** The first characters of a text, none of them halved. */
function beginning(text: string): string {
  if (text.length <= LONGEST_LINE) return text;
  const last = text.charCodeAt(LONGEST_LINE - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? LONGEST_LINE - 1 : LONGEST_LINE);
}
