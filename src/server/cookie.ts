/** The session cookie's name: with the prefix browsers hold it to TLS, this host, and the whole site (RFC 6265bis). */
function nameOf(secure: boolean): string {
  return secure ? '__Host-caracal_session' : 'caracal_session';
}

/** The secret of the session cookie, `null` where there is none. */
export function readCookie(request: Request, secure: boolean): string | null {
  const name = nameOf(secure);
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (part.slice(0, at).trim() !== name) continue;
    const value = part.slice(at + 1).trim();
    return /^[\w-]{1,512}$/.test(value) ? value : null;
  }
  return null;
}

/** The header that sets the session cookie, or with an age of 0 removes it. */
export function writeCookie(secret: string, seconds: number, secure: boolean): string {
  const lock = secure ? '; Secure' : '';
  return `${nameOf(secure)}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${lock}`;
}
