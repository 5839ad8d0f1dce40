import { Problem } from '../problem.ts';

/** What was asked for. @throws Problem 404 where there is none */
export function found<T>(value: T | null | undefined, what: string): T {
  if (value !== null && value !== undefined) return value;
  throw new Problem(404, `There is no ${what}. Read the list again.`);
}
