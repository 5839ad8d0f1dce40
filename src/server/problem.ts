import { CaracalError, type ErrorCode } from '../errors.ts';

/** What is wrong with one part of a request. */
export interface FieldError {
  /** Such as `query.limit` or `body.targets.0.id`. */
  readonly field: string;
  /** What was expected there. */
  readonly detail: string;
}

/** An answer that says what went wrong (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Code of the CaracalError behind it. */
  readonly code?: ErrorCode | undefined;
  readonly errors?: readonly FieldError[] | undefined;
  /** What the server's own log names this failure by. */
  readonly instance?: string | undefined;
}

/** A request that is refused, with what to tell the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly more: Pick<ProblemBody, 'code' | 'errors' | 'instance'>;

  constructor(
    status: number,
    detail: string,
    { headers = {}, ...more }: Problem['more'] & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.more = more;
  }
}

/**
 * The problem that an error is to the caller. What is none of their affair (paths,
 * stacks, the database's own words) is not told: then `hidden` is true and the problem
 * only names the id under which the server's log has it.
 */
export function problemOf(error: unknown, id: string): { readonly problem: Problem; readonly hidden: boolean } {
  if (error instanceof Problem) return { problem: error, hidden: false };
  const instance = `urn:uuid:${id}`;
  if (error instanceof CaracalError) {
    const { status, detail, retryAfter } = ANSWERS[error.code] ?? BROKEN;
    const headers = retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` };
    const more = { code: error.code, headers, ...(detail === undefined ? {} : { instance }) };
    return { problem: new Problem(status, detail ?? error.message, more), hidden: detail !== undefined };
  }
  return { problem: new Problem(500, BROKEN.detail, { code: 'E_INTERNAL', instance }), hidden: true };
}

/** A problem as a response. */
export function problemResponse({ status, message, headers, more }: Problem): Response {
  const body: ProblemBody = { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail: message, ...more };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}

// --- internal ---

interface Answer {
  readonly status: number;
  /** Said instead of the error's own message. */
  readonly detail?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

const BROKEN: Answer & { readonly detail: string } = {
  status: 500,
  detail: "Something in Caracal is broken. Look for this answer's instance in its log, and report what stands there.",
};

const ANSWERS: Partial<Readonly<Record<ErrorCode, Answer>>> = {
  E_USAGE: { status: 400 },
  E_TOO_LITTLE_DATA: { status: 409 },
  E_STORE_CONFLICT: { status: 409 },
  E_BUSY: { status: 409 },
  E_LIMIT: { status: 422 },
  E_LEARNING: { status: 503, retryAfter: 30 },
  E_STORE_BUSY: { status: 503, detail: 'The store is busy. Send the request again.', retryAfter: 2 },
  E_STORE_UNAVAILABLE: { status: 503, detail: 'The store cannot be reached. Send the request again.', retryAfter: 5 },
  E_STORE_FULL: { status: 507, detail: 'There is no room left in the store. Make room, or keep less (retention).' },
  E_STORE_CORRUPT: { status: 500, detail: "The store is damaged. Caracal's log has what it found; restore a copy." },
  E_NOTIFY: { status: 502, detail: "The notification could not be delivered. Caracal's log says why." },
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};
