import { CaracalError } from '../errors.ts';

/**
 * Refuses an option out of range.
 *
 * @throws CaracalError `E_USAGE`
 */
export function requireRange(name: string, value: number, low: number, high: number, whole: boolean): void {
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return;
  throw new CaracalError(
    'E_USAGE',
    `${name} is ${value}. Give ${whole ? 'a whole number' : 'a number'} from ${low} to ${high}.`,
    { option: name },
  );
}
