import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { detectors } from '../../src/models/index.ts';
import { type Ingested, type ScanResult, scan } from '../../src/pipeline/index.ts';
import { simulate } from '../../src/simulate/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { HuntWindow, Severity } from '../../src/types.ts';

/** A log line as an attacker writes it: HTML, a script, control characters, writing turned round. */
export const HOSTILE_USER =
  '<img src=x onerror="window.__broken=1"><script>window.__broken=1</script>\u001b[31mred\u202egnp.exe';

/** A small company's store as the live service would leave it after some days, an intrusion among them. */
export interface SampleHouse {
  readonly store: Store;
  /** The window that the intrusion lies in. */
  readonly intrusion: HuntWindow;
  /** Log keys of its sessions, what a model learns from. */
  readonly sequences: readonly (readonly string[])[];
  templateText(id: string): string;
  remove(): Promise<void>;
}

/** Simulates, scans with a model that needs no training, and stores what was found. The same seed, the same house. */
export async function sampleHouse(days = 4): Promise<SampleHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'caracal-house-'));
  const simulation = simulate({ seed: 1, days, scale: 0.5 });
  const [start] = Object.values(simulation.phases)[1] ?? [''];
  mkdirSync(join(folder, 'logs'));
  const paths: string[] = [];
  for (const [name, lines] of simulation.files) {
    const path = join(folder, name);
    writeFileSync(path, `${(name.endsWith('auth.log') ? withHostile(lines, Date.parse(start)) : lines).join('\n')}\n`);
    paths.push(path);
  }
  const detector = detectors['unseen-bigram'];
  if (!detector) throw new Error('there is no detector unseen-bigram');
  const year = new Date(simulation.start).getUTCFullYear();
  const result = await scan(paths, { detector, ingest: { read: { year } } });
  const store = await openStore(join(folder, 'store.db'));
  const lines = new Map(paths.map((path) => [basename(path), readLines(simulation.files, path, start)]));
  await fill(
    store,
    result,
    (source, line) => lines.get(basename(result.logs.sources[source]?.name ?? ''))?.[line - 1] ?? '',
  );
  const intrusion = result.windows.find(
    (window) => window.start <= Date.parse(start) && window.end >= Date.parse(start),
  );
  if (!intrusion) throw new Error('no window holds the intrusion');
  const sequences = sequencesOf(result.logs);
  const texts = new Map(result.logs.parser.templates().map(({ id, text }) => [id, text]));
  await result.logs.dispose();
  return {
    ...{ store, intrusion, sequences },
    templateText: (id) => texts.get(id) ?? id,
    remove: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// --- internal ---

/** The lines with three failed log-ins of a hostile name after the first line of this minute. */
function withHostile(lines: readonly string[], time: number): string[] {
  const stamp = `${new Date(time).toUTCString().slice(8, 11)} ${String(new Date(time).getUTCDate()).padStart(2)} ${new Date(time).toISOString().slice(11, 16)}`;
  const at = lines.findIndex((line) => line.startsWith(stamp));
  const second = lines[at]?.slice(0, 15) ?? stamp;
  const hostile = [1, 2, 3].map(
    (i) => `${second} web1 sshd[${31_000 + i}]: Invalid user ${HOSTILE_USER} from 221.73.83.8 port 4${i}042`,
  );
  return [...lines.slice(0, at + 1), ...hostile, ...lines.slice(at + 1)];
}

function readLines(files: ReadonlyMap<string, readonly string[]>, path: string, start: string): readonly string[] {
  for (const [name, lines] of files) {
    if (path.endsWith(name)) return name.endsWith('auth.log') ? withHostile(lines, Date.parse(start)) : lines;
  }
  return [];
}

async function fill(
  store: Store,
  { logs, channels, windows, alerts }: ScanResult,
  textOf: (source: number, line: number) => string,
): Promise<void> {
  const { events } = logs;
  const sources: number[] = [];
  for (const { name, format } of logs.sources) {
    sources.push((await store.sources.open({ name: `/var/log/${basename(name)}`, kind: 'file', format })).id);
  }
  const rows = Array.from({ length: events.count }, (_, row) => row);
  const host = (row: number): string | null => (events.host[row]! < 0 ? null : events.strings.value(events.host[row]!));
  const source = (row: number): number => sources[events.source[row]!] ?? 0;
  const template = (row: number): string => logs.template(events.template[row]!).id;
  const ids: number[] = [];
  for (let from = 0; from < rows.length; from += 5000) {
    const part = rows.slice(from, from + 5000).map((row) => ({
      ...{ source: source(row), sequence: events.offset[row]!, time: events.time[row]!, host: host(row) },
      app: events.app[row]! < 0 ? null : events.strings.value(events.app[row]!),
      ...{ level: null, template: template(row), text: textOf(events.source[row]!, events.line[row]!) },
    }));
    ids.push(...(await store.records.append(part)));
  }
  const seen = new Map<string, { first: number; last: number; count: number }>();
  for (const row of rows) {
    const id = template(row);
    const known = seen.get(id) ?? { first: events.time[row]!, last: 0, count: 0 };
    seen.set(id, { first: known.first, last: events.time[row]!, count: known.count + 1 });
  }
  const text = (id: string): string => logs.templateText(id);
  await store.templates.save([...seen].map(([id, { first }]) => ({ id, text: text(id), count: 1, lastSeen: first })));
  await store.templates.save(
    [...seen].map(([id, { last, count }]) => ({ id, text: text(id), count: count - 1, lastSeen: last })),
  );
  for (const channel of channels) {
    await store.counts.add(
      rows.map((row) => ({
        ...{ time: events.time[row]!, source: source(row), channel: channel.name, events: 1 },
        flagged: channel.flagged[row]!,
      })),
    );
  }
  await store.windows.upsert(windows.map(({ events: _, ...window }) => ({ ...window, lines: null })));
  await store.alerts.upsert(
    alerts.map(({ events: own, ...alert }) => ({
      ...alert,
      source: own[0] === undefined ? null : source(own[0]),
      entities: alert.entity ? [alert.entity, ...hostsOf(own.map(host))] : hostsOf(own.map(host)),
      lines: null,
    })),
  );
  const alertOf = new Map(
    alerts.flatMap((alert) => alert.events.map((row) => [`${alert.detector} ${row}`, alert] as const)),
  );
  for (const channel of channels) {
    const flagged = rows.filter((row) => channel.flagged[row] === 1);
    await store.events.save(
      flagged.map((row) => {
        const alert = alertOf.get(`${channel.name} ${row}`);
        const severity: Severity = alert?.severity ?? 'MED';
        return {
          ...{ source: source(row), generation: 'sample', sequence: events.offset[row]!, detector: channel.name },
          ...{ channel: channel.name, time: events.time[row]!, record: ids[row] ?? null, host: host(row) },
          ...{
            session: null,
            template: template(row),
            score: channel.surprise[row]!,
            nll: channel.score[row]!,
            rank: null,
          },
          ...{ severity, alert: alert?.id ?? null, window: alert?.windowId ?? null },
          detail: { reason: channel.facts(row)[0]?.text ?? '' },
        };
      }),
    );
  }
  for (const id of sources) {
    const own = rows.filter((row) => source(row) === id);
    const last = own.reduce((latest, row) => Math.max(latest, events.time[row]!), 0);
    await store.sources.advance(id, { generation: 'sample', position: own.length, lastSeen: last, lines: own.length });
  }
}

function hostsOf(names: readonly (string | null)[]) {
  return [...new Set(names)].flatMap((value) => (value === null ? [] : [{ kind: 'host' as const, value }]));
}

function sequencesOf({ sequences }: Ingested): string[][] {
  return Array.from({ length: sequences.count }, (_, s) =>
    [...sequences.keys.subarray(sequences.offsets[s]!, sequences.offsets[s + 1]!)].map(
      (key) => sequences.keyNames[key] ?? '',
    ),
  );
}
