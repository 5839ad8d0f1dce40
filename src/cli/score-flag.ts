import { CaracalError } from '../errors.ts';
import type { ScoreRule } from '../evaluate/index.ts';

/**
 * The rule that `--score` names.
 *
 * @throws CaracalError `E_USAGE` for a name that is none
 */
export function scoreRule(name: string): ScoreRule {
  if (name === 'nll' || name === 'top-k') return name;
  throw new CaracalError('E_USAGE', `--score ${name}: there is no such rule. Use nll or top-k.`);
}
