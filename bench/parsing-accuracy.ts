import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { CaracalError } from '../src/errors.ts';
import { type ParsingAccuracy, parsingAccuracy } from '../src/evaluate/index.ts';
import { createParser, type Parser, parserNames } from '../src/parse/index.ts';
import { openLogs } from '../src/read/index.ts';

/** Entry point of `npm run bench -- parsing-accuracy`. */
export async function main(_: { readonly json: boolean }): Promise<unknown> {
  const data = join(resolve(process.env.CARACAL_DATA ?? '../shared/data'), 'parsing');
  if (!existsSync(data)) {
    throw new CaracalError(
      'E_FILE_MISSING',
      `parsing-accuracy needs labelled logs, and ${data} does not exist. Set CARACAL_DATA.`,
    );
  }
  const systems = readdirSync(data).sort();
  const folder = mkdtempSync(join(tmpdir(), 'caracal-bench-'));
  try {
    const results = [];
    for (const parser of parserNames) {
      const measured: Record<string, ParsingAccuracy> = {};
      for (const system of systems) {
        measured[system] = await measure(
          createParser(parser, { entities: false }),
          truthOf(join(data, system)),
          join(folder, 'content.log'),
        );
      }
      results.push({ parser, mean: meanOf(Object.values(measured)), systems: rounded(measured) });
    }
    return {
      name: 'parsing-accuracy',
      unit: 'share',
      method:
        'GA, FGA, PA and FTA by the definitions of Loghub-2.0 against the corrected templates of 2,000 lines per system; ' +
        'only the content of each line, one configuration for all systems, the defaults; texts are compared after ' +
        "Loghub-2.0's normalisation of templates, typed masks as <*>",
      results,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// --- internal ---

interface TruthRow {
  readonly Content: string;
  readonly EventTemplate: string;
}

function truthOf(folder: string): TruthRow[] {
  const name = readdirSync(folder).find((file) => file.endsWith('_structured_corrected.csv')) ?? '';
  return parseCsv(readFileSync(join(folder, name)), { columns: true, bom: true });
}

async function measure(parser: Parser, truth: readonly TruthRow[], path: string): Promise<ParsingAccuracy> {
  writeFileSync(path, truth.map(({ Content }) => `${Content}\n`).join(''));
  const numbers: number[] = [];
  const reader = await openLogs([path], { format: 'text' });
  for await (const batch of reader.batches()) numbers.push(...parser.parse(batch).template);
  if (numbers.length !== truth.length) {
    throw new Error(`${truth.length} messages gave ${numbers.length} events: is one of them empty?`);
  }
  return parsingAccuracy(
    numbers.map((number) => parser.templateOf(number).text),
    truth.map(({ EventTemplate }) => EventTemplate),
  );
}

function meanOf(all: readonly ParsingAccuracy[]): Record<string, number> {
  const mean = (of: (one: ParsingAccuracy) => number): number =>
    round(all.reduce((sum, one) => sum + of(one), 0) / all.length);
  return {
    ga: mean(({ ga }) => ga),
    fga: mean(({ fga }) => fga),
    pa: mean(({ pa }) => pa),
    fta: mean(({ fta }) => fta),
    leastGa: round(Math.min(...all.map(({ ga }) => ga))),
  };
}

function rounded(measured: Readonly<Record<string, ParsingAccuracy>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(measured).map(([system, { ga, fga, pa, fta, found, expected }]) => [
      system,
      `GA ${ga.toFixed(3)} FGA ${fga.toFixed(3)} PA ${pa.toFixed(3)} FTA ${fta.toFixed(3)}, ${found} templates of ${expected}`,
    ]),
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
