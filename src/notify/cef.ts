import { isIP } from 'node:net';
import type { Entity, Priority } from '../types.ts';
import { eventName, type NotifyMessage } from './message.ts';
import { plainText, shortened } from './plain-text.ts';

/**
 * A message in the Common Event Format, on one line.
 *
 * Source: ArcSight, "Common Event Format (CEF), Implementation Standard", version 0. In the
 * header `\` and `|` are escaped, in values `\`, `=` and line ends; keys are those of its
 * dictionary.
 */
export function cefLine(message: NotifyMessage, version: string): string {
  const { name, severity, fields } = message.type === 'alert' ? alertParts(message) : windowParts(message);
  const header = ['CEF:0', 'Caracal', 'caracal', version, eventName(message), name, String(severity)];
  const values = fields.flatMap(([key, value]) =>
    value === null || value === '' ? [] : [`${key}=${cefValue(String(value))}`],
  );
  return `${header.map(cefHeader).join('|')}|${values.join(' ')}`;
}

/** 0 to 10, from 9 on "very high". */
export const CEF_SEVERITY: Readonly<Record<Priority['rank'], number>> = {
  CRITICAL: 10,
  HIGH: 8,
  MEDIUM: 6,
  LOW: 3,
  INFO: 1,
};

/** A window's: it has no rank. */
export const WINDOW_SEVERITY = 7;

// --- internal ---

type Fields = readonly (readonly [key: string, value: string | number | null])[];

interface Parts {
  readonly name: string;
  readonly severity: number;
  readonly fields: Fields;
}

function alertParts({ alert, id }: NotifyMessage & { readonly type: 'alert' }): Parts {
  const { priority, entity, template, lines } = alert;
  const [example] = lines?.examples ?? [];
  return {
    name: `${alert.detector} alert`,
    severity: CEF_SEVERITY[priority.rank],
    fields: [
      ['rt', Math.floor(alert.time)],
      ['externalId', alert.id],
      ['cnt', alert.count],
      ['cat', alert.detector],
      ['msg', shortened(alert.reason, 1000)],
      ...entityFields(entity ? [entity, ...alert.entities] : alert.entities),
      ['fname', lines === null ? null : shortened(lines.source, 500)],
      ...labelled('cs', 1, 'template', template && shortened(template.text, 1000)),
      ...labelled('cs', 2, 'rank', priority.rank),
      ...labelled('cs', 3, 'window', alert.windowId),
      ...labelled('cs', 4, 'message', id),
      ...labelled('cs', 5, 'line', example ? shortened(example.text, 1000) : null),
    ],
  };
}

function windowParts({ window, change, id }: NotifyMessage & { readonly type: 'window' }): Parts {
  return {
    name: change === 'open' ? 'window opened' : 'window closed',
    severity: WINDOW_SEVERITY,
    fields: [
      ['rt', Math.floor(window.start)],
      ['start', Math.floor(window.start)],
      ['end', Math.floor(window.end)],
      ['externalId', window.id],
      ['cat', 'window'],
      ['msg', shortened(window.reason, 1000)],
      ...entityFields(window.entities),
      ...labelled('cs', 4, 'message', id),
      ...labelled('cs', 6, 'channels', shortened(window.channels.join(', '), 500)),
    ],
  };
}

/** The first of each kind, as the dictionary names it: `c6a2` is an IPv6 source. */
function entityFields(entities: readonly Entity[]): Fields {
  const first = (kind: Entity['kind']): string | null => entities.find((entity) => entity.kind === kind)?.value ?? null;
  const address = first('address');
  const version = address === null ? 0 : isIP(address);
  return [
    ['shost', shortened(first('host') ?? '', 500)],
    ['suser', shortened(first('user') ?? '', 500)],
    ['sproc', shortened(first('process') ?? '', 500)],
    ['src', version === 4 ? address : null],
    ...(version === 6
      ? ([
          ['c6a2Label', 'Source IPv6 Address'],
          ['c6a2', address],
        ] as const)
      : []),
  ];
}

function labelled(kind: 'cs', number: number, label: string, value: string | null): Fields {
  return value === null
    ? []
    : [
        [`${kind}${number}Label`, label],
        [`${kind}${number}`, value],
      ];
}

function cefHeader(text: string): string {
  return plainText(text).replace(/[\\|]/g, '\\$&');
}

/** Line ends stay readable as `\n`, as the format has them; other control characters are shown as text. */
function cefValue(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => plainText(line).replace(/[\\=]/g, '\\$&'))
    .join('\\n');
}
