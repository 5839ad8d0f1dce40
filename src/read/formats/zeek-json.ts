import { addValue } from './entity-fields.ts';
import { setMessage } from './format.ts';
import { createFieldTime, firstText, flatten, jsonFormat } from './json-line.ts';

/**
 * Zeek's logs as JSON lines: the message is the name of the log and every field but the
 * time and the connection's id. Source: Zeek documentation, "JSON Format Logs".
 */
export const zeekJsonFormat = jsonFormat({
  name: 'zeek-json',
  what: 'of Zeek',
  confidence: 0.96,
  fits: (object) =>
    (object.ts !== undefined || object._write_ts !== undefined) &&
    (object._path !== undefined || (object.uid !== undefined && object['id.orig_h'] !== undefined)),
  open: ({ clock, names }) => {
    const timeOf = createFieldTime(clock);
    return (object, out) => {
      out.time = timeOf(object.ts ?? object._write_ts);
      out.host = names.text(firstText(object, ['_system_name']));
      const log = firstText(object, ['_path']);
      out.app = names.text(log === '' ? 'zeek' : `zeek-${log}`);
      addValue(out, 'address', object['id.orig_h']);
      addValue(out, 'address', object['id.resp_h']);
      addValue(out, 'user', object.user ?? object.username);
      setMessage(out, `${log} ${flatten(object, LEFT_OUT)}`.trimStart());
    };
  },
});

// --- internal ---

const LEFT_OUT: ReadonlySet<string> = new Set(
  'ts uid fuid _path _system_name _write_ts id.orig_h id.orig_p id.resp_h'.split(' '),
);
