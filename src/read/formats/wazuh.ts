import { addNamedEntities } from './entity-fields.ts';
import { setMessage } from './format.ts';
import { createFieldTime, fieldOf, firstText, jsonFormat, oneLine, textOf } from './json-line.ts';

/**
 * Wazuh's `alerts.json`: the message is the description of the rule, the host the
 * agent, the program the decoder. Source: Wazuh documentation, "Alert management".
 */
export const wazuhFormat = jsonFormat({
  name: 'wazuh',
  what: 'of Wazuh alerts',
  confidence: 0.97,
  fits: (object) =>
    fieldOf(object, 'rule.level') !== undefined &&
    fieldOf(object, 'rule.id') !== undefined &&
    (fieldOf(object, 'agent.id') !== undefined || fieldOf(object, 'manager.name') !== undefined),
  open: ({ clock, names }) => {
    const timeOf = createFieldTime(clock);
    return (object, out) => {
      out.time = timeOf(firstText(object, ['timestamp', '@timestamp']));
      out.level = severityOf(Number(textOf(fieldOf(object, 'rule.level'))));
      out.host = names.text(firstText(object, ['agent.name', 'predecoder.hostname', 'manager.name']));
      out.app = names.text(firstText(object, ['decoder.name', 'predecoder.program_name', 'location']));
      addNamedEntities(object, out);
      setMessage(out, oneLine(firstText(object, ['rule.description', 'full_log'])));
    };
  },
});

// --- internal ---

/** Rules have levels from 0 (ignored) to 15 (severe attack). */
function severityOf(level: number): number {
  if (level >= 12) return 2;
  if (level >= 8) return 3;
  if (level >= 5) return 4;
  return level >= 3 ? 5 : 6;
}
