import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import { type Content, writeDirectory } from '../files/index.ts';
import {
  type MergedTemplate,
  mergedTemplates,
  mergeTemplateSets,
  type TemplateSet,
  templateSet,
} from '../parse/index.ts';

const SET = 'template-set.json';
const TEMPLATES = ['templates.csv', 'template.csv'];

/**
 * Merges the templates in directories that `caracal parse --out` wrote, merged ones too.
 *
 * @throws CaracalError `E_FILE_MISSING` for a directory without templates,
 * `E_FORMAT_INVALID` for files that are none of ours
 */
export async function mergeDirectories(directories: readonly string[]): Promise<TemplateSet> {
  return mergeTemplateSets(...(await Promise.all(directories.map(readSet))));
}

/**
 * Writes `templates.csv`, `aliases.csv` (which id each covered template now goes by)
 * and `template-set.json`, which can be merged again.
 *
 * @throws CaracalError `E_FILE_UNWRITABLE`
 */
export async function writeMerged(directory: string, set: TemplateSet): Promise<void> {
  const merged = mergedTemplates(set);
  // In one order, whatever the order of the runs was.
  const texts = [...set.generators].sort(([a], [b]) => (a < b ? -1 : 1));
  const generators = texts.map(([text, counts]) => ({ text, counts: Object.fromEntries(counts) }));
  const content: Content = new Map([
    [
      'templates.csv',
      csv(['EventId', 'EventTemplate', 'Occurrences'], merged, ({ id, text, count }) => [[id, text, count]]),
    ],
    ['aliases.csv', csv(['OldId', 'EventId'], merged, ({ id, covers }) => covers.map((old) => [old, id]))],
    [SET, `${JSON.stringify({ format: 'caracal-template-set', version: 1, generators })}\n`],
  ]);
  await writeDirectory(directory, content, (names) => names.includes(SET));
}

// --- internal ---

const setSchema = z.object({
  format: z.literal('caracal-template-set'),
  version: z.literal(1),
  generators: z.array(z.object({ text: z.string(), counts: z.record(z.string(), z.number().nonnegative()) })),
});
const rowsSchema = z.array(z.object({ EventTemplate: z.string(), Occurrences: z.coerce.number().nonnegative() }));

async function readSet(directory: string): Promise<TemplateSet> {
  for (const name of [SET, ...TEMPLATES]) {
    const file = join(directory, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      if (name !== SET) {
        const rows = rowsSchema.parse(parseCsv(text, { columns: true, bom: true, record_delimiter: '\n' }));
        return templateSet(rows.map(({ EventTemplate, Occurrences }) => ({ text: EventTemplate, count: Occurrences })));
      }
      const { generators } = setSchema.parse(JSON.parse(text));
      return { generators: new Map(generators.map((one) => [one.text, new Map(Object.entries(one.counts))])) };
    } catch (cause) {
      throw new CaracalError(
        'E_FORMAT_INVALID',
        `${file}: is no list of templates as caracal parse writes it. Write it again with caracal parse FILE --out DIR.`,
        { file },
        { cause },
      );
    }
  }
  throw new CaracalError(
    'E_FILE_MISSING',
    `${directory}: has no templates.csv. Name directories that caracal parse FILE --out DIR wrote.`,
    { file: directory },
  );
}

function csv(
  columns: readonly string[],
  merged: readonly MergedTemplate[],
  rows: (template: MergedTemplate) => readonly (readonly (string | number)[])[],
): string {
  const field = (value: string | number): string =>
    /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  return [columns, ...merged.flatMap(rows)].map((row) => `${row.map(field).join(',')}\n`).join('');
}
