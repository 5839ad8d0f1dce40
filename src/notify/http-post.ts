import { CaracalError } from '../errors.ts';
import { failure, reasonOf } from './failure.ts';

/**
 * The URL of a target. Administrators alone choose it, so it may lead anywhere, internal
 * addresses included; but only by HTTP, and without a secret that would end up in logs.
 *
 * @throws CaracalError `E_USAGE`
 */
export function targetUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new CaracalError('E_USAGE', `Target ${name}: its URL does not begin with http:// or https://. Correct it.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new CaracalError(
      'E_USAGE',
      `Target ${name}: there is a user or password in its URL. Leave it out; a webhook is signed.`,
    );
  }
  return url;
}

/**
 * Posts JSON. Redirects are not followed: they would lead to where no administrator sent it.
 *
 * @throws CaracalError `E_NOTIFY` unless the answer is 2xx. Trying again is of no use after
 *   3xx, and after 4xx but 408, 425 and 429
 */
export async function postJson(
  name: string,
  url: URL,
  request: { readonly body: string; readonly headers?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<void> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'caracal', ...request.headers };
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', redirect: 'manual', headers, body: request.body, signal });
    await response.body?.cancel();
  } catch (cause) {
    const why = signal.aborted ? 'no answer in time' : reasonOf(cause);
    throw failure(`${name} could not be reached: ${why}. Look at its URL and its server.`, { retry: true, cause });
  }
  const { status } = response;
  if (response.ok) return;
  if (status >= 300 && status < 400) {
    throw failure(`${name} answered ${status}, a redirect, which is not followed. Give its final URL.`, {
      retry: false,
    });
  }
  const retry = status >= 500 || WORTH_RETRYING.has(status);
  throw failure(
    `${name} answered ${status}. ${retry ? 'Look at its server.' : 'Look at its URL and what its server expects.'}`,
    { retry, wait: waitOf(response.headers.get('retry-after')) },
  );
}

// --- internal ---

const WORTH_RETRYING = new Set([408, 425, 429]);

/** `Retry-After` in seconds as ms; its form with a date is ignored. */
function waitOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : undefined;
}
