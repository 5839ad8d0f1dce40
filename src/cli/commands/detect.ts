import { defineCommand } from 'citty';
import { CaracalError } from '../../errors.ts';
import { readModel } from '../../files/index.ts';
import { type JudgedEvent, judge } from '../../pipeline/index.ts';
import { detectInputFlags, readDetectInput } from '../detect-input.ts';
import { departureTable, eventJson, eventTable, isEnd, placeIn, placeOf, textOf } from '../detect-report.ts';
import { EXIT } from '../exit.ts';
import { flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { detectorOfModel } from '../models.ts';
import { lineCounts } from '../results.ts';
import { mappingCounts, mappingJson, mappingTable } from '../template-mapping.ts';
import { plural } from '../text.ts';
import { valueTable } from '../value-verdict.ts';
import { writeJsonWarnings, writeWarnings } from '../warnings.ts';

/** `caracal detect`: judge logs or sequences with a saved model. */
export const detect = defineCommand({
  args: {
    ...detectInputFlags,
    'model-dir': { ...flags['model-dir'], required: true },
    model: { type: 'string', valueHint: 'name', description: 'refuse a model of another kind' },
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
    const input = await readDetectInput('detect', stored, detector.values === true, args);
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

function oddValues(flagged: readonly JudgedEvent[]): number {
  return flagged.reduce((sum, { values }) => sum + values.length, 0);
}
