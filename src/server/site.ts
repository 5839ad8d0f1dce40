import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { PAGE_POLICY } from './headers.ts';

/** Files that are served as they are: the dashboard. */
export interface Site {
  /** The file of a path, or the page for a view of the dashboard; `null` where there is neither. */
  serve(path: string, request: Request): Promise<Response | null>;
}

/**
 * Serves the files of a folder. Only what was there when it was first asked for is served,
 * by its exact path: a request never becomes a path on the disk. Paths that look like a
 * view of the dashboard get its page.
 */
export function createSite(folder: string): Site {
  let files: Promise<ReadonlyMap<string, Asset>> | undefined;
  return {
    async serve(path, request) {
      files ??= readAssets(folder);
      const known = await files;
      const view = VIEW.test(path) && (request.headers.get('accept') ?? '*/*').match(/text\/html|\*\/\*/) !== null;
      const asset = known.get(path) ?? (view ? known.get('/index.html') : undefined);
      return asset ? answer(asset, request) : null;
    },
  };
}

/** A file and its packed forms, made when they are first wanted. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly etag: string;
  readonly cache: string;
  readonly packed: Map<string, Promise<Uint8Array>>;
}

export function assetOf(name: string, bytes: Uint8Array, cache: string): Asset {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
  return { bytes, type: TYPES[extname(name)] ?? 'application/octet-stream', etag, cache, packed: new Map() };
}

/** A file as a response, packed where the browser takes that. */
export async function answer(asset: Asset, request: Request): Promise<Response> {
  const { bytes, type, etag, cache, packed } = asset;
  const headers: Record<string, string> = { etag, 'cache-control': cache, vary: 'accept-encoding' };
  // With 304 too: the browser takes its headers for those of the page that it has.
  if (type.startsWith('text/html')) headers['content-security-policy'] = PAGE_POLICY;
  if (request.headers.get('if-none-match')?.includes(etag)) return new Response(null, { status: 304, headers });
  headers['content-type'] = type;
  const encoding = PACKABLE.test(type) && bytes.length > 1024 ? encodingFor(request) : undefined;
  if (!encoding) return new Response(Buffer.from(bytes), { headers });
  let body = packed.get(encoding);
  if (!body) {
    body = encoding === 'br' ? brotli(bytes, BROTLI) : zip(bytes);
    packed.set(encoding, body);
  }
  return new Response(Buffer.from(await body), { headers: { ...headers, 'content-encoding': encoding } });
}

// --- internal ---

/** Segments without dots or anything encoded: `/alerts/4f2a`. */
const VIEW = /^\/(?:[\w-]+\/)*[\w-]*$/;
const PACKABLE = /^(?:text\/|application\/(?:javascript|json|manifest)|image\/svg)/;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const brotli = promisify<Uint8Array, object, Uint8Array>(brotliCompress);
const zip = promisify<Uint8Array, Uint8Array>(gzip);
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

async function readAssets(folder: string): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // Links could lead out of the folder.
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    // Their names change with their content.
    const cache = /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
    assets.set(path, assetOf(entry.name, await readFile(file), cache));
  }
  const page = assets.get('/index.html');
  if (page) assets.set('/', page);
  return assets;
}

function encodingFor(request: Request): 'br' | 'gzip' | undefined {
  const accepted = request.headers.get('accept-encoding') ?? '';
  return /\bbr\b(?!;q=0)/.test(accepted) ? 'br' : /\bgzip\b(?!;q=0)/.test(accepted) ? 'gzip' : undefined;
}
