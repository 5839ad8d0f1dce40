import { CaracalError } from '../../errors.ts';
import type { Detection, LineFormat, SampleLines } from './format.ts';
import { rfc3164Format } from './rfc3164.ts';
import { textFormat, timestampedFormat } from './text.ts';

/** Every input format, the most telling first. */
export const lineFormats: readonly LineFormat[] = [rfc3164Format, timestampedFormat, textFormat];

/** A format and why it was chosen. */
export interface ChosenFormat {
  readonly format: LineFormat;
  readonly detection: Detection;
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

/** The format that fits the first lines best. */
export function detectFormat(sample: SampleLines): ChosenFormat {
  let best: ChosenFormat = { format: textFormat, detection: { confidence: 0, reason: 'there are no lines' } };
  for (const format of lineFormats) {
    const detection = format.detect(sample);
    if (detection.confidence > best.detection.confidence) best = { format, detection };
  }
  return best;
}
