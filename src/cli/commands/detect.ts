import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { readModel, type StoredModel } from '../../files/index.ts';
import { decodeParser } from '../../parse/index.ts';
import { ingest, type JudgedEvent, judge, learnedTemplates, mapTemplates } from '../../pipeline/index.ts';
import {
  type DetectInput,
  departureTable,
  eventJson,
  eventTable,
  isEnd,
  placeIn,
  placeOf,
  textOf,
} from '../detect-report.ts';
import { EXIT } from '../exit.ts';
import { flags, numberFlag } from '../flags.ts';
import type { Io } from '../io.ts';
import { ingestOptions, readFlags } from '../log-flags.ts';
import { detectorOfModel } from '../models.ts';
import { lineCounts } from '../results.ts';
import { readSequences, type SequenceFile, sequenceCsvAmong } from '../sequences.ts';
import { mappingCounts, mappingJson, mappingTable } from '../template-mapping.ts';
import { plural } from '../text.ts';
import { valueTable } from '../value-verdict.ts';
import { type InputWarning, writeJsonWarnings, writeWarnings } from '../warnings.ts';

/** `caracal detect`: judge logs or sequences with a saved model. */
export const detect = defineCommand({
  args: {
    file: { type: 'positional', required: false, description: 'logs, or one sequence CSV' },
    'model-dir': { ...flags['model-dir'], required: true },
    model: { type: 'string', valueHint: 'name', description: 'refuse a model of another kind' },
    ...readFlags,
    'keys-column': flags['keys-column'],
    'id-column': flags['id-column'],
    'map-templates': {
      type: 'string',
      valueHint: 'share',
      description:
        'let templates that the model never saw go by the most similar one it learned, from this similarity on (0.7), and show it',
    },
    alarm: {
      type: 'string',
      default: 'any',
      valueHint: 'any|both',
      description: 'what flags an event: its key or its values, or only both',
    },
    all: { type: 'boolean', description: 'every event, not only flagged ones' },
    'fail-on': { type: 'string', valueHint: 'event', description: 'exit with 1 when an event is flagged' },
    json: flags.json,
  },
  async run({ args, data }) {
    const io = data as Io;
    if (args['fail-on'] !== undefined && args['fail-on'] !== 'event') {
      throw new CaracalError('E_USAGE', `--fail-on ${args['fail-on']}: use event.`);
    }
    const { alarm } = args;
    if (alarm !== 'any' && alarm !== 'both') throw new CaracalError('E_USAGE', `--alarm ${alarm}: use any or both.`);
    const stored = await readModel(args['model-dir'], args.model);
    const detector = detectorOfModel(stored.model.description.kind, args['model-dir']);
    const input = await inputOf(args._, stored, detector.values === true, args);
    const model = await detector.decode(stored.model);
    try {
      const { vocabulary } = stored.model.description;
      const found = await judge(model, input.set, { ...stored.judgement, vocabulary, alarm, all: args.all === true });
      if (alarm === 'both' && found.judgedValues === undefined) {
        throw new CaracalError(
          'E_USAGE',
          '--alarm both: no values were judged that could agree with the keys. Use a model that was trained on raw logs and judge raw logs, or leave it out.',
        );
      }
      const flaggedSequences = found.flagged.filter((flag) => flag === 1).length;
      const flagged = found.events.filter((event) => event.flags.length > 0);
      // What was judged counts repetitions of a line and ends of sessions too.
      const flaggedEnds = flagged.filter((event) => isEnd(event, input)).length;
      const flaggedEvents = new Set(
        flagged.filter((event) => !isEnd(event, input)).map((event) => placeIn(event, input)),
      ).size;
      const events = input.logs ? input.logs.events.count : input.set.keys.length;
      const summary = {
        type: 'summary',
        ...(input.logs ? lineCounts(input.logs.report) : {}),
        events,
        judged: found.judged,
        flaggedEvents,
        flaggedEnds,
        sequences: input.set.count,
        flaggedSequences,
        ...(found.judgedValues === undefined
          ? {}
          : { judgedValues: found.judgedValues, oddValues: oddValues(flagged) }),
        ...(input.templates ? { templateEvents: mappingCounts(input.templates) } : {}),
      };
      if (args.json) {
        for (const mapping of input.templates ?? []) io.out(`${JSON.stringify(mappingJson(mapping))}\n`);
        for (const event of found.events) io.out(`${JSON.stringify(eventJson(event, found, input))}\n`);
        writeJsonWarnings(input.warnings, io);
        io.out(`${JSON.stringify(summary)}\n`);
      } else {
        if (input.templates) io.out(mappingTable(input.templates, io.width));
        io.out(eventTable(flagged, input, io));
        io.out(
          valueTable(
            flagged,
            (event) => placeOf(event, input),
            (key) => textOf(key, input),
            io.width,
          ),
        );
        io.out(departureTable(found, input, io));
        io.out(
          `${plural(events, 'event')} in ${plural(input.set.count, 'session')}: ${plural(flaggedEvents, 'event')}, ${plural(flaggedEnds, 'end of a session', 'ends of sessions')} and ${plural(flaggedSequences, 'session')} flagged.\n`,
        );
        writeWarnings(input.warnings, io);
      }
      return args['fail-on'] === 'event' && flagged.length > 0 ? EXIT.findings : EXIT.done;
    } finally {
      await model.dispose();
    }
  },
});

// --- internal ---

async function inputOf(
  files: readonly string[],
  stored: StoredModel,
  values: boolean,
  args: Readonly<Record<string, unknown>>,
): Promise<DetectInput> {
  const [first] = files;
  if (first === undefined) {
    throw new CaracalError(
      'E_USAGE',
      'nothing to judge. Name logs or a sequence CSV: caracal detect FILE --model-dir DIR',
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
    const read = await readSequences(csv, { keys: text('keys-column'), id: text('id-column') });
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

/** A CSV without a single key of the model speaks of something else: other key numbers, another system. */
function strangeKeys({ file, set }: SequenceFile, vocabulary: readonly string[]): InputWarning[] {
  const known = new Set(vocabulary);
  if (set.keyNames.length === 0 || set.keyNames.some((key) => known.has(key))) return [];
  const note =
    'the model knows none of the keys in this file, so every event is flagged; train on keys of the same kind';
  return [{ code: 'unknown-keys', file, count: set.keyNames.length, firstLine: 0, note }];
}

function oddValues(flagged: readonly JudgedEvent[]): number {
  return flagged.reduce((sum, { values }) => sum + values.length, 0);
}
