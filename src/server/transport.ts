import type { Entity } from '../types.ts';
import type { ProblemBody } from './problem.ts';

export interface ClientOptions {
  /** Of the API; without it the session cookie tells who asks. */
  readonly token?: string | undefined;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody) {
    super(problem.detail);
    this.status = problem.status;
    this.problem = problem;
  }
}

/** Requests to one server. Runs in browsers: it knows only `fetch`. */
export function createTransport(base: string, { token, fetch = globalThis.fetch.bind(globalThis) }: ClientOptions) {
  let csrf = '';
  async function send<T>(method: string, path: string, body?: object): Promise<T> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (csrf !== '' && method !== 'GET') headers['x-csrf-token'] = csrf;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init = { method, headers, credentials: 'same-origin' as const };
    const response = await fetch(base + path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    if (!response.ok) throw new ApiError(await problemIn(response));
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
  return {
    get: <T>(path: string, query: object = {}) => send<T>('GET', path + queryText(query)),
    post: <T>(path: string, body?: object) => send<T>('POST', path, body),
    patch: <T>(path: string, body: object) => send<T>('PATCH', path, body),
    remove: (path: string) => send<void>('DELETE', path),
    /** A path whose parts are encoded. */
    path: (texts: TemplateStringsArray, ...parts: (string | number)[]): string =>
      texts.reduce((path, text, i) => `${path}${encodeURIComponent(parts[i - 1] ?? '')}${text}`),
    /** Remembers the CSRF token of a session for the changes that follow. */
    onSession: <T extends { readonly csrf: string }>(session: T): T => {
      csrf = session.csrf;
      return session;
    },
  };
}

// --- internal ---

async function problemIn(response: Response): Promise<ProblemBody> {
  const { status, statusText } = response;
  const detail = `The server answered ${status} ${statusText}. Try again.`;
  const plain: ProblemBody = { type: 'about:blank', title: statusText, status, detail };
  return response.json().then(
    (body: unknown) => ({ ...plain, ...(body as Partial<ProblemBody>) }),
    () => plain,
  );
}

/** Lists as repeated names, an entity as its two parts. */
function queryText(query: object): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) for (const one of value) text.append(name, `${one}`);
    else if (typeof value === 'object') {
      text.append('entityKind', (value as Entity).kind);
      text.append('entityValue', (value as Entity).value);
    } else text.append(name, `${value}`);
  }
  return text.size === 0 ? '' : `?${text}`;
}
