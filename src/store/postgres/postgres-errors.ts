import { CaracalError, type ErrorCode } from '../../errors.ts';
import { spoiledTransaction } from '../transaction-guard.ts';

/** SQLSTATE (PostgreSQL's appendix A) or system error, what that is to us, and what to do. */
const MEANINGS: readonly { readonly codes: RegExp; readonly code: ErrorCode; readonly next: string }[] = [
  {
    // Serialisation failure, deadlock, lock not available, statement timed out, too many connections.
    codes: /^(40001|40P01|55P03|57014|53300)$/,
    code: 'E_STORE_BUSY',
    next: 'Try again.',
  },
  {
    // Disk full, out of memory, limits of the configuration.
    codes: /^(53100|53200|53400|54[0-9A-Z]{3})$/,
    code: 'E_STORE_FULL',
    next: 'Make room on the server, then try again.',
  },
  {
    codes: /^(XX001|XX002)$/,
    code: 'E_STORE_CORRUPT',
    next: 'Stop everything that uses the database and restore a backup.',
  },
  {
    codes: /^23[0-9A-Z]{3}$/,
    code: 'E_STORE_CONFLICT',
    next: 'Read what is there and decide again.',
  },
  {
    // Connection exceptions, administrator shutdown, crash, starting up; what the network says.
    codes:
      /^(08[0-9A-Z]{3}|57P0[0-9]|58[0-9A-Z]{3}|25P03|ECONN[A-Z]+|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT|EHOST[A-Z]+|EAI_[A-Z]+)$/,
    code: 'E_STORE_UNAVAILABLE',
    next: 'Check that the server runs, then try again.',
  },
  {
    // Wrong password, no such database or role, no right.
    codes: /^(28[0-9A-Z]{3}|3D000|42501)$/,
    code: 'E_STORE_UNAVAILABLE',
    next: 'Check the user, password and database of the URL.',
  },
  {
    codes: /^ERR_INVALID_URL$/,
    code: 'E_USAGE',
    next: 'Give one like postgres://user:password@host:5432/caracal.',
  },
];

/** Of a statement in a transaction that failed before. */
const SPOILED = '25P02';

/** Messages of the driver that carry no code. */
const LOST =
  /connection (terminated|ended)|client was closed|not queryable|timeout exceeded|end of pool|after calling end/i;

const RETRY: readonly ErrorCode[] = ['E_STORE_BUSY', 'E_STORE_FULL', 'E_STORE_UNAVAILABLE'];

/** An error of PostgreSQL or of the way to it as ours. */
export function postgresError(error: unknown, place: string): CaracalError {
  if (error instanceof CaracalError) return error;
  if (codeOf(error) === SPOILED) return spoiledTransaction();
  const message = error instanceof Error ? error.message || error.name : String(error);
  const state = codeOf(error);
  const lost = state === '' && LOST.test(message) ? '08006' : state;
  const meaning = MEANINGS.find(({ codes }) => codes.test(lost));
  const data = { database: place, state };
  if (!meaning) {
    return new CaracalError('E_INTERNAL', `The store ${place}: ${message}. Report this.`, data, { cause: error });
  }
  const retry = RETRY.includes(meaning.code) && !meaning.next.includes('password');
  const text = `The store ${place}: ${message}. ${meaning.next}`;
  return new CaracalError(meaning.code, text, { ...data, retry }, { cause: error });
}

// --- internal ---

/** Several addresses of one host fail with one error that holds one for each. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && error.code !== undefined ? String(error.code) : '';
}
