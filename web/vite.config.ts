import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page names the scripts of its first view, so that they come together with the first one. */
const preloadFirstView: Plugin = {
  name: 'preload-first-view',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) => {
      const files = new Set<string>();
      const first = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
      const named = new Set(first?.type === 'chunk' ? first.imports : []);
      const add = (file: string): void => {
        const chunk = bundle[file];
        if (files.has(file) || named.has(file) || chunk?.type !== 'chunk' || chunk.isEntry) return;
        files.add(file);
        for (const other of chunk.imports) add(other);
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith('hunt-view.tsx')) add(chunk.fileName);
      }
      return [...files].map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
        injectTo: 'head' as const,
      }));
    },
  },
};

export default defineConfig({
  root: here('.'),
  plugins: [react(), preloadFirstView],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // What is inlined as a data: URL would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npx vite web` against a running `caracal serve`.
  server: { proxy: { '/api': { target: 'http://127.0.0.1:7007', ws: true } } },
});
