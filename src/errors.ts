/**
 * The one error base of the project. A code says what kind of thing went wrong,
 * `data` carries the facts, and the message ends with what to do next.
 */
export type ErrorCode =
  | 'E_USAGE' // a flag, argument or option that cannot be used as given
  | 'E_CONFIG' // a configuration file that does not fit its schema
  | 'E_FILE_MISSING' // a path that does not exist
  | 'E_FILE_UNREADABLE' // a path that exists but cannot be read
  | 'E_FILE_UNWRITABLE' // an output that cannot be written
  | 'E_NO_INPUT' // nothing to work on: an empty file, a directory without logs
  | 'E_BINARY_INPUT' // a file that is no text
  | 'E_FORMAT_UNKNOWN' // a named input format that does not exist, or a file that has none known
  | 'E_FORMAT_INVALID' // a file whose content contradicts its format
  | 'E_ARCHIVE' // a broken, truncated or dangerous archive
  | 'E_TOO_LITTLE_DATA' // not enough to learn from or to judge
  | 'E_SHAPE' // tensor shapes that do not fit each other
  | 'E_GRAPH' // a graph that cannot be built, differentiated or compiled
  | 'E_RUNTIME' // the compute back end failed
  | 'E_MODEL_FORMAT' // a model directory of an unknown or newer format
  | 'E_MODEL_KIND' // a model directory of another kind than asked for
  | 'E_MODEL_CORRUPT' // a truncated or tampered model
  | 'E_CHECKPOINT' // a checkpoint that training cannot go on from: of other data or settings, or damaged
  | 'E_STORE_BUSY' // another process holds the database; trying again helps
  | 'E_STORE_FULL' // no room on the disk; trying again helps once there is
  | 'E_STORE_UNAVAILABLE' // the database cannot be reached; trying again may help
  | 'E_STORE_CORRUPT' // a damaged database
  | 'E_STORE_SCHEMA' // a database of a newer version, or of something else
  | 'E_STORE_CONFLICT' // what is to be written contradicts what is there
  | 'E_LEARNING' // there is no model yet
  | 'E_BUSY' // it is being done already
  | 'E_NOTIFY' // a notification that could not be delivered
  | 'E_LIMIT' // a documented bound was met
  | 'E_INTERNAL'; // a broken promise of our own

/** Facts about an error, such as `{ file: 'auth.log', line: 12 }`. */
export type ErrorData = Readonly<Record<string, string | number | boolean | undefined>>;

/** Every error this library throws on purpose. */
export class CaracalError extends Error {
  override readonly name = 'CaracalError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, message: string, data: ErrorData = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
