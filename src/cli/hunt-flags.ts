import { CaracalError } from '../errors.ts';
import type { DelineationOptions } from '../hunt/index.ts';
import type { ChannelSpec, HuntColumns } from '../pipeline/index.ts';
import { numberFlag, trainingOptions } from './flags.ts';

type Args = Readonly<Record<string, unknown>>;

/** What the flags say of the reach of windows and of the analyst's hours. */
export interface ExtensionFlags {
  readonly alpha?: number;
  readonly delineation: DelineationOptions;
}

/** Extensions beyond this keep everything: a slip of the finger. */
const MOST = 1000;

/**
 * Alpha for real time, beta for forensics, and the most windows and incidents.
 *
 * @throws CaracalError `E_USAGE` for numbers out of range, or for the extension of the other mode
 */
export function extensionFlags(args: Args, mode: 'forensics' | 'realtime'): ExtensionFlags {
  const number = (name: string, range: { least: number; most?: number; whole?: boolean }): number | undefined =>
    numberFlag(name, typeof args[name] === 'string' ? String(args[name]) : undefined, range);
  const alpha = number('alpha', { least: 0, most: MOST });
  const beta = number('beta', { least: 0, most: MOST });
  const maxWindows = number('max-windows', { least: 1, whole: true });
  const maxIncidents = number('max-incidents', { least: 1, whole: true });
  if (mode === 'forensics' && alpha !== undefined) {
    throw new CaracalError('E_USAGE', '--alpha is the reach of real time. Give --mode realtime, or --beta.');
  }
  if (mode === 'realtime') {
    const other = Object.entries({ beta, 'max-windows': maxWindows, 'max-incidents': maxIncidents });
    for (const [name, value] of other) {
      if (value === undefined) continue;
      throw new CaracalError(
        'E_USAGE',
        `--${name} needs to know all windows, which real time does not. Leave it out, or give --mode forensics.`,
      );
    }
  }
  return {
    ...(alpha === undefined ? {} : { alpha }),
    delineation: {
      ...(beta === undefined ? {} : { beta }),
      ...(maxWindows === undefined ? {} : { maxWindows }),
      ...(maxIncidents === undefined ? {} : { maxIncidents }),
    },
  };
}

/** Columns that a hunt reads of event tables. */
export function huntColumns(args: Args): HuntColumns {
  const text = (name: string): string | undefined => (typeof args[name] === 'string' ? String(args[name]) : undefined);
  const channel = text('channel');
  return {
    key: text('key'),
    entity: text('entity')?.split(',')[0]?.trim(),
    label: text('label-column'),
    ...(channel === undefined ? {} : { channel: channelSpec(channel) }),
  };
}

/** The field of JSON logs that a channel is made of; their source and host are known without one. */
export function channelField({ channel }: HuntColumns): string | undefined {
  return channel && !['source', 'host', 'app'].includes(channel.column) ? channel.column : undefined;
}

/** Training options that were given; a hunt has its own for the rest. */
export function trainingGiven(args: Args): Readonly<Record<string, number>> {
  const { seed: _seed, validationSplit, ...given } = trainingOptions(args);
  return { ...given, validationSplit };
}

// --- internal ---

/** `short:1` is the first character of the column `short`. */
function channelSpec(text: string): ChannelSpec {
  const [, column = text, digits] = /^(.+?)(?::(\d+))?$/.exec(text) ?? [];
  const characters = digits === undefined ? undefined : Number(digits);
  if (column.trim() === '' || characters === 0) {
    throw new CaracalError(
      'E_USAGE',
      `--channel ${text}: give a field, or a field and a number of characters: short:1.`,
    );
  }
  return { column, ...(characters === undefined ? {} : { characters }) };
}
