import { CaracalError, type ErrorCode } from '../../errors.ts';
import type { Failure } from './messages.ts';

/** What SQLite says (its primary result code), what that is to us, and what to do. */
const MEANINGS: readonly { readonly codes: RegExp; readonly code: ErrorCode; readonly next: string }[] = [
  {
    codes: /^SQLITE_(BUSY|LOCKED|PROTOCOL)/,
    code: 'E_STORE_BUSY',
    next: 'Another process is writing. Try again.',
  },
  {
    codes: /^SQLITE_FULL/,
    code: 'E_STORE_FULL',
    next: 'Free space on the disk, raise the bound of the file or lower what is kept, then try again.',
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    code: 'E_STORE_CORRUPT',
    next: 'Stop everything that uses the file, then restore a backup or save what can be read with `sqlite3 FILE .recover`.',
  },
  {
    codes: /^SQLITE_(CANTOPEN|IOERR|READONLY|PERM|AUTH)/,
    code: 'E_STORE_UNAVAILABLE',
    next: 'Check that the folder is there and writable, then try again.',
  },
  {
    codes: /^(CLOSED|THREAD)$/,
    code: 'E_STORE_UNAVAILABLE',
    next: 'Open it again.',
  },
  {
    codes: /^SQLITE_CONSTRAINT/,
    code: 'E_STORE_CONFLICT',
    next: 'Read what is there and decide again.',
  },
];

/** An error of SQLite as ours. */
export function sqliteError({ code, message }: Failure, file: string): CaracalError {
  const known = code === '' && message.startsWith('ConnectionFailed') ? 'SQLITE_CANTOPEN' : code;
  const meaning = MEANINGS.find(({ codes }) => codes.test(known));
  if (!meaning)
    return new CaracalError('E_INTERNAL', `The store ${file}: ${message}. Report this.`, { file, state: code });
  const retry = ['E_STORE_BUSY', 'E_STORE_FULL', 'E_STORE_UNAVAILABLE'].includes(meaning.code);
  return new CaracalError(meaning.code, `The store ${file}: ${message}. ${meaning.next}`, {
    file,
    state: known,
    retry,
  });
}
