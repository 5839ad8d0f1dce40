import { CaracalError } from '../errors.ts';
import type { StoredModel } from '../files/index.ts';
import { decodeParser } from '../parse/index.ts';
import { ingest, learnedTemplates, mapTemplates } from '../pipeline/index.ts';
import type { DetectInput } from './detect-report.ts';
import { flags, numberFlag } from './flags.ts';
import { ingestOptions, readFlags } from './log-flags.ts';
import { readSequences, type SequenceFile, sequenceCsvAmong } from './sequences.ts';
import type { InputWarning } from './warnings.ts';

/** Flags of the commands that judge logs or sequences with a saved model. */
export const detectInputFlags = {
  file: { type: 'positional', required: false, description: 'logs, or one sequence CSV' },
  ...readFlags,
  'keys-column': flags['keys-column'],
  'id-column': flags['id-column'],
} as const;

/**
 * Reads what a saved model is to judge.
 *
 * @param verb the command, for its messages
 * @param values whether the model learns the values of events, for which logs are read twice
 * @throws CaracalError `E_USAGE`, `E_MODEL_KIND`, and as `readSequences` and `ingest`
 */
export async function readDetectInput(
  verb: string,
  stored: StoredModel,
  values: boolean,
  args: Readonly<Record<string, unknown>> & { readonly _: readonly string[] },
): Promise<DetectInput> {
  const files = args._;
  const [first] = files;
  if (first === undefined) {
    throw new CaracalError(
      'E_USAGE',
      `nothing to judge. Name logs or a sequence CSV: caracal ${verb} FILE --model-dir DIR`,
    );
  }
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const threshold = numberFlag('map-templates', text('map-templates'), { least: Number.MIN_VALUE, most: 1 });
  const csv = sequenceCsvAmong(files, text('format'));
  if (csv !== undefined && threshold !== undefined) {
    throw new CaracalError(
      'E_USAGE',
      `--map-templates compares texts, and the keys of ${csv} have none. Leave it out, or judge raw logs.`,
    );
  }
  if (csv !== undefined) {
    const columns = { keys: text('keys-column'), label: text('label-column'), id: text('id-column') };
    const read = await readSequences(csv, columns);
    return { ...read, warnings: [...read.warnings, ...strangeKeys(read, stored.model.description.vocabulary)] };
  }
  if (!stored.parser) {
    throw new CaracalError(
      'E_MODEL_KIND',
      'this model was trained on a sequence CSV and has no parser for raw logs. Give a sequence CSV, or train on logs.',
    );
  }
  const session = text('session') ?? stored.session;
  const { vocabulary } = stored.model.description;
  const parser = decodeParser(stored.parser);
  const learned = threshold === undefined ? [] : learnedTemplates(parser, vocabulary);
  const logs = await ingest(files, {
    ...ingestOptions(session === undefined ? args : { ...args, session }),
    parser,
    knownKeys: vocabulary,
    // The parser that judges goes on learning; values are those of the templates that the model knows.
    ...(values ? { values: decodeParser(stored.parser) } : {}),
  });
  await logs.dispose();
  const judged = { file: first, logs, warnings: logs.report.warnings };
  if (threshold === undefined) return { ...judged, set: logs.sequences };
  const { sequences, templates } = mapTemplates(logs, learned, threshold);
  return { ...judged, set: sequences, templates };
}

// --- internal ---

/** A CSV without a single key of the model speaks of something else: other key numbers, another system. */
function strangeKeys({ file, set }: SequenceFile, vocabulary: readonly string[]): InputWarning[] {
  const known = new Set(vocabulary);
  if (set.keyNames.length === 0 || set.keyNames.some((key) => known.has(key))) return [];
  const note =
    'the model knows none of the keys in this file, so every event is flagged; train on keys of the same kind';
  return [{ code: 'unknown-keys', file, count: set.keyNames.length, firstLine: 0, note }];
}
