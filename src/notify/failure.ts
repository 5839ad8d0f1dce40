import { CaracalError } from '../errors.ts';

/** A delivery that failed: `retry` says whether the same may succeed later. */
export function failure(
  message: string,
  { retry, wait, cause }: { readonly retry: boolean; readonly wait?: number | undefined; readonly cause?: unknown },
): CaracalError {
  return new CaracalError('E_NOTIFY', message, { retry, ...(wait === undefined ? {} : { wait }) }, { cause });
}

/** Why something failed, with the code of the system where there is one. */
export function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return String(inner);
  const { code } = inner as NodeJS.ErrnoException;
  return code !== undefined && !inner.message.includes(code) ? `${code}: ${inner.message}` : inner.message;
}
