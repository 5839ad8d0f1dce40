import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const long = process.env.CARACAL_TIER === 'long';

export default defineConfig({
  // The examples name the package as its users do.
  resolve: { alias: [{ find: /^caracal$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) }] },
  test: {
    include: long ? ['{src,test,bench}/**/*.long.test.ts'] : ['{src,test,bench,web}/**/*.test.ts'],
    exclude: long ? [] : ['**/*.long.test.ts'],
    setupFiles: ['./test/support/property-seed.ts'],
    reporters: ['./test/support/closing-line-reporter.ts'],
    testTimeout: long ? 600_000 : 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
