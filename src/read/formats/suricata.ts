import { addValue } from './entity-fields.ts';
import { setMessage } from './format.ts';
import { createFieldTime, fieldOf, firstText, flatten, type JsonObject, jsonFormat, textOf } from './json-line.ts';

/**
 * Suricata's EVE log: an alert's message is its signature, any other event's its type
 * and the fields of that type. Source: Suricata user guide, "Eve JSON Format".
 */
export const suricataFormat = jsonFormat({
  name: 'suricata',
  what: "of Suricata's EVE log",
  confidence: 0.97,
  fits: (object) =>
    typeof object.event_type === 'string' &&
    object.timestamp !== undefined &&
    ['flow_id', 'src_ip', 'stats', 'engine'].some((name) => name in object),
  open: ({ clock, names }) => {
    const timeOf = createFieldTime(clock);
    return (object, out) => {
      const type = textOf(object.event_type);
      out.time = timeOf(object.timestamp);
      out.host = names.text(firstText(object, ['host', 'sensor_name']));
      out.app = names.text(`suricata-${type}`);
      const severity = Number(textOf(fieldOf(object, 'alert.severity')) || '4');
      out.level = type === 'alert' ? (ALERT_LEVELS[severity] ?? 5) : 6;
      addValue(out, 'address', object.src_ip);
      addValue(out, 'address', object.dest_ip);
      const signature = textOf(fieldOf(object, 'alert.signature'));
      const details = object[type];
      const rest = isObject(details) ? flatten(details, VARYING) : '';
      const protocol = firstText(object, ['app_proto', 'proto']);
      setMessage(out, signature === '' ? `${type} ${protocol} ${rest}`.trimEnd() : `${type}: ${signature}`);
    };
  },
});

// --- internal ---

/** Severity 1 is the highest. */
const ALERT_LEVELS: readonly number[] = [2, 2, 3, 4];
/** Fields that are different in every event. */
const VARYING: ReadonlySet<string> = new Set(['id', 'tx_id', 'start', 'end']);

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
