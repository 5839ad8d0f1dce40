import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaracalError } from '../src/errors.ts';
import {
  createPreview,
  type Flag,
  findBursts,
  HUNT_DELINEATION,
  measureCoverage,
  measureRetention,
  type Span,
  united,
} from '../src/hunt/index.ts';
import { type HuntResult, hunt, judgedEvents, parsePhases } from '../src/pipeline/index.ts';
import { createRng } from '../src/util/rng.ts';
import { median, quantile } from '../src/util/statistics.ts';
import { dataFolder } from '../test/support/requirements.ts';

const HOUR = 3_600_000;
const COLUMNS = { key: 'short', entity: 'host', channel: { column: 'short', characters: 1 }, label: 'event_label' };
const SEEDS = [1, 2, 3];

/**
 * `preview`: how long a slider waits for a million scored events. `scenarios`: the AIT-ADS
 * scenarios with defaults, forensics and real time, seeds 1 to 3, with the floors beside
 * (`seed-1` for the first seed alone).
 */
export async function main({ only }: { only: readonly string[] }) {
  const parts = only.length > 0 ? only : ['preview', 'scenarios'];
  return {
    ...(parts.includes('preview') ? { preview: preview() } : {}),
    ...(parts.includes('scenarios') ? { scenarios: await scenarios(SEEDS) } : {}),
    ...(parts.includes('seed-1') ? { scenarios: await scenarios([1]) } : {}),
  };
}

// --- internal ---

/** A month of a million events, one in 500 of them flagged, on 20 hosts. */
function preview() {
  const rng = createRng(1);
  const month = 30 * 24 * HOUR;
  const times = Float64Array.from({ length: 1_000_000 }, () => rng.next() * month).sort();
  const flags = Array.from(times.keys())
    .filter(() => rng.next() < 0.002)
    .map(
      (row): Flag => ({
        row,
        time: times[row]!,
        surprise: 2.3 + rng.exponential(0.5),
        fact: rng.int(200),
        text: '',
        host: rng.int(20),
      }),
    );
  const bursts = findBursts('a', flags, 60_000);
  const at = createPreview(bursts, { entities: (row) => [row % 20], share: () => 0 }, times, {
    ...HUNT_DELINEATION,
    maxWindows: 10_000,
    maxIncidents: 10_000,
  });
  const samples = Array.from({ length: 21 }, (_, i) => {
    const begin = performance.now();
    at({ beta: i / 10 });
    return performance.now() - begin;
  });
  return {
    events: times.length,
    flagged: flags.length,
    windows: at({ beta: 0.1 }).windows.length,
    msMedian: round(median(samples)),
    msMost: round(Math.max(...samples)),
    ms90: round(quantile(samples, 0.9)),
  };
}

async function scenarios(seeds: readonly number[]) {
  const folder = join(dataFolder, 'ait-ads');
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.csv.gz'))
    .map((name) => name.replace('.csv.gz', ''));
  if (names.length === 0) throw new CaracalError('E_FILE_MISSING', `${folder}: holds no scenario. Set CARACAL_DATA.`);
  const rows: Record<string, unknown>[] = [];
  for (const name of names) {
    const phases = parsePhases(readFileSync(join(folder, `${name}.phases.json`), 'utf8'), name);
    const trainUntil = Math.min(...phases.map(({ start }) => start)) - HOUR;
    for (const [i, seed] of seeds.entries()) {
      for (const mode of ['forensics', 'realtime'] as const) {
        const begin = performance.now();
        const found = await hunt([join(folder, `${name}.csv.gz`)], {
          trainUntil,
          mode,
          seed,
          columns: COLUMNS,
          ingest: { read: { format: 'event-csv', fields: { time: 'time', key: 'short', entity: ['host'] } } },
        });
        const seconds = (performance.now() - begin) / 1000;
        const measure = (windows: readonly Span[]) => ({
          ...measureRetention(windows, judgedEvents(found, '-')),
          ...measureCoverage(windows, judgedEvents(found, '-'), phases),
        });
        rows.push({
          name,
          method: mode,
          seed,
          ...figures(measure(found.windows)),
          incidents: found.incidents,
          seconds: round(seconds),
        });
        if (i === 0 && mode === 'forensics') {
          for (const most of [0, 1, 2])
            rows.push({ name, method: `floor: at most ${most} buckets`, ...figures(measure(floor(found, most))) });
        }
        await found.table.logs.dispose();
      }
    }
  }
  const methods = [...new Set(rows.map(({ method }) => String(method)))];
  return {
    rows: rows.map((row) => JSON.stringify(row)),
    means: methods.map((method) => {
      const own = rows.filter((row) => row.method === method);
      const mean = (key: string): number => round(own.reduce((sum, row) => sum + Number(row[key]), 0) / own.length);
      return `${method}: visible phases ${mean('visible')}, benign kept ${mean('benign')}, time kept ${mean('time')}, windows ${mean('windows')}`;
    }),
  };
}

function figures(measured: ReturnType<typeof measureRetention> & ReturnType<typeof measureCoverage>) {
  return {
    visible: round(measured.visiblePhaseCoverage),
    benign: round(measured.benignRetention),
    time: round(measured.timeRetention),
    windows: measured.windows,
    missed: measured.phases.filter(({ visible, covered }) => visible && !covered).map(({ name }) => name),
  };
}

/** A minute on both sides of every event whose (host, key) lay in at most so many ten minutes of the learned part. */
function floor({ table: { events }, periods }: HuntResult, most: number): Span[] {
  const buckets = new Map<string, Set<number>>();
  const spans: Span[] = [];
  for (let row = 0; row < events.count; row++) {
    const pair = `${events.host[row]} ${events.template[row]}`;
    const time = events.time[row]!;
    const known = buckets.get(pair) ?? new Set();
    if (!periods.isJudged(row)) buckets.set(pair, known.add(Math.floor(time / 600_000)));
    else if (known.size <= most) spans.push({ start: time - 60_000, end: time + 60_000 });
  }
  return united(spans);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
