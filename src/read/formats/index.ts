import { CaracalError } from '../../errors.ts';
import { accessLogFormat } from './access-log.ts';
import { auditdFormat } from './auditd.ts';
import { cefFormat } from './cef.ts';
import { errorLogFormat } from './error-log.ts';
import { eventCsvFormat } from './event-csv.ts';
import type { Detection, FormatOptions, LineFormat, OpenParser, SampleLines } from './format.ts';
import { journaldFormat } from './journald.ts';
import { logFormatFormat } from './log-format.ts';
import { ndjsonFormat } from './ndjson.ts';
import { rfc3164Format } from './rfc3164.ts';
import { rfc5424Format } from './rfc5424.ts';
import { suricataFormat } from './suricata.ts';
import { textFormat } from './text.ts';
import { timestampedFormat } from './timestamped.ts';
import { wazuhFormat } from './wazuh.ts';
import { windowsFormat } from './windows-json.ts';
import { zeekJsonFormat } from './zeek-json.ts';
import { zeekTsvFormat } from './zeek-tsv.ts';

/** Every input format, the most telling first. */
export const lineFormats: readonly LineFormat[] = [
  rfc3164Format,
  rfc5424Format,
  journaldFormat,
  auditdFormat,
  windowsFormat,
  accessLogFormat,
  errorLogFormat,
  suricataFormat,
  wazuhFormat,
  zeekTsvFormat,
  zeekJsonFormat,
  cefFormat,
  ndjsonFormat,
  eventCsvFormat,
  logFormatFormat,
  timestampedFormat,
  textFormat,
];

/** A format, why it was chosen, and the way to its parsers. */
export interface ChosenFormat {
  readonly format: LineFormat;
  readonly detection: Detection;
  readonly parser: OpenParser;
}

/** How to choose: a format by its name, or what the user says about the lines. */
export interface FormatChoice extends FormatOptions {
  readonly format?: string | undefined;
}

/**
 * The format called `name`.
 *
 * @throws CaracalError `E_FORMAT_UNKNOWN`
 */
export function formatNamed(name: string): LineFormat {
  const format = lineFormats.find((candidate) => candidate.name === name);
  if (format) return format;
  const known = lineFormats.map((candidate) => candidate.name).join(', ');
  throw new CaracalError('E_FORMAT_UNKNOWN', `No input format is called "${name}". Choose one of: ${known}.`, {
    format: name,
  });
}

/**
 * The format that the user named, or the one that fits the first lines best.
 *
 * @throws CaracalError `E_FORMAT_UNKNOWN`; `E_USAGE`, `E_FORMAT_INVALID` where options
 * and lines contradict each other
 */
export function chooseFormat(sample: SampleLines, choice: FormatChoice = {}): ChosenFormat {
  const name = choice.format ?? (choice.logFormat === undefined ? undefined : 'log-format');
  const chosen =
    name === undefined
      ? detectFormat(sample, choice)
      : { format: formatNamed(name), detection: { confidence: 1, reason: 'named by the user' } };
  return { ...chosen, parser: chosen.format.prepare(sample, choice) };
}

/** The format that fits the first lines best. */
export function detectFormat(sample: SampleLines, options: FormatOptions = {}): Omit<ChosenFormat, 'parser'> {
  let best: Omit<ChosenFormat, 'parser'> = {
    format: textFormat,
    detection: { confidence: 0, reason: 'there are no lines' },
  };
  for (const format of lineFormats) {
    const detection = format.detect(sample, options);
    if (detection.confidence > best.detection.confidence) best = { format, detection };
  }
  return best;
}
