import { LEVEL_UNKNOWN } from '../../types.ts';
import { addEntity, setMessage } from './format.ts';
import {
  createFieldTime,
  fieldOf,
  firstText,
  flatten,
  type JsonObject,
  jsonFormat,
  textOf,
  wholeNumber,
} from './json-line.ts';
import { levelOf } from './levels.ts';

/**
 * Windows events as JSON lines: as Winlogbeat writes them (`winlog.event_id`), flat as
 * NXLog and others do (`EventID`, `Channel`, `Hostname`, `Message`), and as exported from
 * .evtx files (`Event.System`). The message is the event id and the first line of the
 * rendered text, which names what happened; the program is the channel.
 */
export const windowsFormat = jsonFormat({
  name: 'windows',
  what: 'of the Windows event log',
  confidence: 0.97,
  fits: (object) => eventId(object) !== '' && firstText(object, CHANNEL) !== '',
  open: ({ clock, names }) => {
    const timeOf = createFieldTime(clock);
    return (object, out) => {
      for (const path of TIME) {
        out.time = timeOf(fieldOf(object, path));
        if (!Number.isNaN(out.time)) break;
      }
      out.level = levelOfEvent(object);
      out.host = names.text(firstText(object, HOST));
      out.app = names.text(firstText(object, CHANNEL));
      out.pid = wholeNumber(firstText(object, PID));
      for (const path of USERS)
        addEntity(
          out,
          'user',
          firstText(
            object,
            DATA.map((prefix) => prefix + path),
          ),
        );
      for (const path of ADDRESSES)
        addEntity(
          out,
          'address',
          firstText(
            object,
            DATA.map((prefix) => prefix + path),
          ),
        );
      setMessage(out, `${eventId(object)}: ${whatHappened(object)}`);
    };
  },
});

// --- internal ---

const list = (names: string): readonly string[] => names.split(' ');

const TIME = list(
  '@timestamp TimeCreated Event.System.TimeCreated.#attributes.SystemTime Event.System.TimeCreated.SystemTime ' +
    'System.TimeCreated.SystemTime EventTime UtcTime timestamp',
);
const CHANNEL = list('winlog.channel Channel channel Event.System.Channel System.Channel log_name LogName');
const HOST = list(
  'winlog.computer_name Hostname Computer ComputerName Event.System.Computer System.Computer host.name computer_name',
);
const PID = list(
  'winlog.event_data.ProcessId winlog.event_data.NewProcessId ProcessId NewProcessId ProcessID Event.EventData.ProcessId process.pid',
);
const DATA = ['winlog.event_data.', '', 'Event.EventData.', 'EventData.'];
const USERS = list('SubjectUserName TargetUserName User AccountName SourceUser');
const ADDRESSES = list('IpAddress SourceIp DestinationIp SourceAddress DestAddress');
const EVENT_ID = list('winlog.event_id EventID EventId event_id event.code');
const NESTED_ID = list(
  'Event.System.EventID Event.System.EventID.#text System.EventID System.EventID.#text EventID.#text',
);

function eventId(object: JsonObject): string {
  return firstText(object, EVENT_ID) || firstText(object, NESTED_ID);
}

function whatHappened(object: JsonObject): string {
  const message = firstText(object, ['Message', 'message', 'winlog.message']).trim();
  const line = /^[^\r\n]*/.exec(message)?.[0] ?? '';
  if (line !== '') return line.trimEnd();
  const category = firstText(object, ['Category', 'event.action', 'winlog.task', 'TaskName']);
  if (category !== '') return category;
  const data = DATA.map((prefix) => fieldOf(object, prefix.slice(0, -1) || 'event_data')).find(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return `${firstText(object, CHANNEL)} ${data ? flatten(data as JsonObject, new Set()) : ''}`.trimEnd();
}

/** Level of a Windows event: 1 critical, 2 error, 3 warning, 4 information, 5 verbose. */
function levelOfEvent(object: JsonObject): number {
  const word = levelOf(firstText(object, ['log.level', 'Severity', 'winlog.level', 'LevelDisplayName', 'level']));
  if (word !== LEVEL_UNKNOWN) return word;
  const level = textOf(fieldOf(object, 'Level') ?? fieldOf(object, 'Event.System.Level'));
  return [6, 2, 3, 4, 6, 7][level === '' ? -1 : Number(level)] ?? LEVEL_UNKNOWN;
}
