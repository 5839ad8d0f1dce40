import { CaracalError } from '../errors.ts';

/** What options that are no counts must be. */
const OTHERS: Readonly<Record<string, { readonly holds: (value: number) => boolean; readonly text: string }>> = {
  lr: { holds: (value) => value > 0, text: 'above 0' },
  averaging: { holds: (value) => value >= 0 && value < 1, text: 'from 0 to below 1' },
  confidence: { holds: (value) => value > 0 && value < 1, text: 'above 0 and below 1' },
  dropout: { holds: (value) => value >= 0 && value < 1, text: 'from 0 to below 1' },
  reorderings: { holds: (value) => Number.isInteger(value) && value >= 0, text: 'a whole number of at least 0' },
  swaps: { holds: (value) => value > 0 && value < Number.POSITIVE_INFINITY, text: 'above 0' },
  weightDecay: { holds: (value) => value >= 0, text: 'at least 0' },
};
const COUNT = { holds: (value: number) => Number.isInteger(value) && value >= 1, text: 'a whole number of at least 1' };

/**
 * The options of a model: `defaults`, changed by what is given of them.
 *
 * @param model its name in error messages
 * @throws CaracalError `E_USAGE` for a count that is no whole number of at least 1, or a rate that is not above 0
 */
export function resolveOptions<Options extends object>(
  model: string,
  defaults: Options,
  given: Partial<Options>,
): Options {
  const known = Object.entries(given).filter(([name, value]) => name in defaults && value !== undefined);
  const options = { ...defaults, ...Object.fromEntries(known) };
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'number') continue;
    const { holds, text } = OTHERS[name] ?? COUNT;
    if (!holds(value)) throw new CaracalError('E_USAGE', `${model}'s ${name} must be ${text}, not ${value}.`, { name });
  }
  return options;
}
