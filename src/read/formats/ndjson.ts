import { CaracalError } from '../../errors.ts';
import { addNamedEntities, addValue, kindOfNamed } from './entity-fields.ts';
import { type FieldNames, type LineFormat, type LineParser, percent, type SampleLines, setMessage } from './format.ts';
import {
  createFieldTime,
  fieldOf,
  firstText,
  flatten,
  type JsonObject,
  levelOfField,
  objectAt,
  objectsOf,
  oneLine,
  shareOfObjects,
  textOf,
  wholeNumber,
} from './json-line.ts';

/**
 * One JSON object a line, of any kind. Time, message, host, program, process, level and
 * entities are found by the names in use, those of the Elastic Common Schema first,
 * nested or flat; `--time`, `--key`, `--channel` and `--entity` name other fields. An
 * object without a message is told by all its other fields, as `name=value`.
 */
export const ndjsonFormat: LineFormat = {
  name: 'ndjson',
  detect: (sample) => {
    const share = shareOfObjects(sample, () => true);
    const ecs = shareOfObjects(sample, isEcs) > share / 2;
    return {
      confidence: share * 0.85,
      reason: `${percent(share)} of the first lines are JSON objects${ecs ? ' with the fields of ECS' : ''}`,
    };
  },
  prepare: (sample, { fields = {} }) => {
    checkFields(sample, fields);
    const names = {
      time: fields.time === undefined ? TIME : [fields.time],
      message: fields.key === undefined ? MESSAGE : [fields.key],
      app: fields.channel === undefined ? APP : [fields.channel],
    };
    const leaveOut = new Set([...names.time, ...names.app, ...HOST, ...LEVEL, ...PID, 'ecs.version', '@version']);
    return ({ clock, names: numbers }): LineParser => {
      const timeOf = createFieldTime(clock);
      return {
        parse: (bytes, start, end, out) => {
          const object = objectAt(bytes, start, end);
          if (!object) {
            out.wellFormed = false;
            return;
          }
          out.time = timeOf(firstText(object, names.time));
          out.level = levelOfField(firstText(object, LEVEL));
          out.host = numbers.text(firstText(object, HOST));
          out.app = numbers.text(firstText(object, names.app));
          out.pid = wholeNumber(firstText(object, PID));
          const message = firstText(object, names.message);
          setMessage(out, message === '' ? flatten(object, leaveOut) : oneLine(message));
          if (fields.entity === undefined) addNamedEntities(object, out);
          for (const field of fields.entity ?? []) {
            const value = fieldOf(object, field);
            addValue(out, kindOfNamed(field, textOf(value)), value);
          }
        },
      };
    };
  },
};

// --- internal ---

const list = (names: string): readonly string[] => names.split(' ');

const TIME = list(
  '@timestamp timestamp time ts datetime date eventTime event_time event.created TimeCreated _time created_at asctime Timestamp Time t',
);
const MESSAGE = list(
  'message msg log text MESSAGE Message short_message full_message body event.original description event.action eventName event action',
);
const HOST = list(
  'host.name host.hostname hostname host Hostname agent.hostname agent.name computer server node machine',
);
const APP = list(
  'process.name service.name service app application program appname logger logger_name log.logger component module container_name eventSource name',
);
const PID = list('process.pid pid PID process_id procid');
const LEVEL = list('log.level level severity lvl loglevel levelname severity_text Level Severity');

function isEcs(object: JsonObject): boolean {
  const named = ['ecs.version', 'host.name', 'log.level', 'event.kind', 'event.category', 'agent.type'];
  return fieldOf(object, '@timestamp') !== undefined && named.some((path) => fieldOf(object, path) !== undefined);
}

function checkFields(sample: SampleLines, fields: FieldNames): void {
  const objects = objectsOf(sample).filter((object) => object !== undefined);
  if (objects.length === 0) return;
  for (const [flag, names] of Object.entries({ ...fields, entity: fields.entity ?? [] })) {
    for (const name of typeof names === 'string' ? [names] : (names ?? [])) {
      if (objects.some((object) => fieldOf(object, name) !== undefined)) continue;
      const known = Object.keys(objects[0] ?? {})
        .slice(0, 20)
        .join(', ');
      throw new CaracalError(
        'E_FORMAT_INVALID',
        `No field '${name}' in the first lines of JSON. Give --${flag} one of theirs, such as: ${known}.`,
        { field: name },
      );
    }
  }
}
