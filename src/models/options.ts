import { CaracalError } from '../errors.ts';

/** Options that take any number above 0; all other numbers count something. */
const RATES: readonly string[] = ['lr'];

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
    const rate = RATES.includes(name);
    if (rate ? value > 0 : Number.isInteger(value) && value >= 1) continue;
    const wanted = rate ? 'above 0' : 'a whole number of at least 1';
    throw new CaracalError('E_USAGE', `${model}'s ${name} must be ${wanted}, not ${value}.`, { name });
  }
  return options;
}
