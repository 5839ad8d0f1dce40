import { decodeUtf8 } from '../../util/utf8.ts';
import { addEntity, setMessage } from './format.ts';
import { createFieldTime, fieldOf, jsonFormat, levelOfField, oneLine, textOf, wholeNumber } from './json-line.ts';

/**
 * The systemd journal as `journalctl -o json` writes it: one object a line, fields that
 * are no UTF-8 as arrays of bytes, fields that were given more than once as arrays.
 * Source: systemd, "Journal Export Formats".
 */
export const journaldFormat = jsonFormat({
  name: 'journald',
  what: 'of the systemd journal',
  confidence: 0.98,
  fits: (object) =>
    ('__REALTIME_TIMESTAMP' in object || '_SOURCE_REALTIME_TIMESTAMP' in object) &&
    ('MESSAGE' in object || '__CURSOR' in object || '_HOSTNAME' in object),
  open: ({ clock, names }) => {
    const timeOf = createFieldTime(clock);
    return (object, out) => {
      const text = (field: string): string => fieldText(fieldOf(object, field));
      out.time = timeOf(text('__REALTIME_TIMESTAMP') || text('_SOURCE_REALTIME_TIMESTAMP'));
      out.level = levelOfField(text('PRIORITY'));
      out.host = names.text(text('_HOSTNAME'));
      out.app = names.text(text('SYSLOG_IDENTIFIER') || text('_COMM') || text('_SYSTEMD_UNIT'));
      out.pid = wholeNumber(text('_PID') || text('SYSLOG_PID'));
      addEntity(out, 'user', text('USER_ID') || text('_AUDIT_LOGINUID_NAME'));
      setMessage(out, oneLine(text('MESSAGE')));
    };
  },
});

// --- internal ---

/** A string, bytes, or the first of several values; `null` stands for a value too long to export. */
function fieldText(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value);
  const isBytes = value.every((item) => Number.isInteger(item) && item >= 0 && item <= 255);
  return isBytes ? decodeUtf8(Uint8Array.from(value as number[])) : fieldText(value[0]);
}
