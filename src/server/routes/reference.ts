import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from '@hono/zod-openapi';
import { PAGE_POLICY } from '../headers.ts';
import { tagged } from '../mount.ts';
import { openApiOf } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { type Asset, answer, assetOf } from '../site.ts';
import { found } from './found.ts';

/** What the API is, for programs and for people. No data is in it. */
export function referenceRoutes(others: readonly Route[], version: string): Route[] {
  const tag = 'Reference';
  const access = 'public';
  const assets = new Map<string, Promise<Asset>>();
  let document: string | undefined;
  const routes: Route[] = [
    route({
      ...{ method: 'get', path: '/api/v1/openapi.json', access, tag },
      summary: 'This document: OpenAPI 3.1',
      gives: 'application/json',
      handle({ context }) {
        document ??= openApiOf([...others, ...routes], version);
        return tagged(context.req.raw, document, { 'content-type': 'application/json' });
      },
    }),
    route({
      ...{ method: 'get', path: '/api/v1/docs', access, tag },
      summary: 'This document as a page',
      gives: 'text/html',
      handle: () =>
        new Response(PAGE, {
          headers: {
            ...{ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY },
            'cache-control': 'no-cache',
          },
        }),
    }),
    route({
      ...{ method: 'get', path: '/api/v1/docs/{file}', access, tag },
      summary: 'A file of that page',
      params: z.object({ file: z.enum(['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js']) }),
      gives: 'text/javascript',
      async handle({ params: { file }, context }) {
        let asset = assets.get(file);
        if (!asset) {
          asset = readAsset(file);
          assets.set(file, asset);
        }
        return answer(found(await asset, `file ${file}`), context.req.raw);
      },
    }),
  ];
  return routes;
}

// --- internal ---

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caracal API</title>
<link rel="stylesheet" href="/api/v1/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<script src="/api/v1/docs/swagger-ui-bundle.js"></script>
<script src="/api/v1/docs/start.js"></script>
</body>
</html>
`;

/** Nothing inline, so that the page's policy can forbid it; no validator of somebody else's. */
const START = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  validatorUrl: null,
  syntaxHighlight: false,
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
});
`;

async function readAsset(file: string): Promise<Asset> {
  if (file === 'start.js') return assetOf(file, Buffer.from(START), 'no-cache');
  const path = createRequire(import.meta.url).resolve(`swagger-ui-dist/${file}`);
  return assetOf(file, await readFile(path), 'no-cache');
}
