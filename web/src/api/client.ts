/** An answer of the API that is no success (RFC 9457), or no answer at all: then `status` is 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A value in a query string; lists repeat their name, what is undefined is left out. */
export type QueryValue = string | number | boolean | readonly (string | number)[] | null | undefined;

/** Reads from the API. */
export function get<T>(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
  signal?: AbortSignal,
): Promise<T> {
  return send<T>('GET', path + queryString(query), undefined, signal);
}

/** Changes something through the API. */
export function change<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  return send<T>(method, path, body, signal);
}

/** What every change must carry along with the session's cookie. */
export function setCsrf(value: string | null): void {
  csrf = value;
}

/** `?a=1&b=2`, or nothing. */
export function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

// --- internal ---

let csrf: string | null = null;

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
}

async function send<T>(method: string, path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' || csrf === null ? {} : { 'x-csrf-token': csrf }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'The server cannot be reached. It is tried again by itself.');
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const problem = parseProblem(text);
  const message = problem.detail ?? problem.title ?? `The server answered with status ${response.status}.`;
  throw new ApiError(response.status, message, problem.code ?? null);
}

function parseProblem(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return {};
  }
}
