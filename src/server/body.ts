import { Problem } from './problem.ts';

/**
 * The JSON body of a request.
 *
 * @throws Problem 400 for what is no JSON or nested too deeply, 413 for too much, 415 for another type
 */
export async function readJson(request: Request, limit: number, depth: number): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new Problem(415, 'The body must be JSON. Send it with Content-Type: application/json.');
  }
  const text = await readText(request, limit);
  if (depthOf(text) > depth) throw new Problem(400, `The body is nested deeper than ${depth}. Send flatter JSON.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, 'The body is not JSON. Check its quotes, commas and brackets.');
  }
}

/** How deep arrays and objects of a JSON text are nested. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === BRACE || code === BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === BRACE + 2 || code === BRACKET + 2) depth--;
  }
  return deepest;
}

// --- internal ---

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `{` and `[`; what closes them is two further on. */
const BRACE = 0x7b;
const BRACKET = 0x5b;

async function readText(request: Request, limit: number): Promise<string> {
  const tooMuch = new Problem(413, `A body may have ${limit} bytes. Send less at a time.`, {
    headers: { connection: 'close' },
  });
  if (Number(request.headers.get('content-length')) > limit) throw tooMuch;
  if (!request.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.length;
      if (size > limit) throw tooMuch;
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, 'The body ended early, or is not UTF-8. Send it again.');
  }
}
