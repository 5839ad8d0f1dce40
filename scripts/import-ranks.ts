/**
 * The order of the folders under `src/`, and the linter's rules that follow from it: a
 * folder imports only from folders of a lower rank, and only some know `node:*`.
 * `npm run ranks` writes them into `biome.json`; a test holds the two together.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ranks: Readonly<Record<string, number>> = {
  util: 0, config: 0,
  read: 1, parse: 1, sequence: 1, tensor: 1,
  train: 2, score: 2,
  represent: 3, hunt: 3,
  models: 4, alert: 4,
  explain: 5, evaluate: 5, simulate: 5,
  redteam: 6, report: 6,
  pipeline: 7, workers: 7,
  store: 8, stream: 8, notify: 8, files: 8,
  service: 9,
  server: 10,
  cli: 11,
}; // biome-ignore format: one rank a line reads as a table

/** Folders below rank 7 that may import `node:*`. */
const nodeFolders = new Set(['read']);

export function rankOverrides(): unknown[] {
  const folders = Object.keys(ranks);
  return folders.map((folder) => {
    const rank = ranks[folder] ?? 0;
    const forbidden = folders.filter((other) => other !== folder && (ranks[other] ?? 0) >= rank);
    const group = forbidden.flatMap((other) => [`**/${other}/**`, `**/${other}.ts`]);
    const mayUseNode = rank >= 7 || nodeFolders.has(folder);
    return {
      includes: [`src/${folder}/**`, `src/${folder}.ts`, '!**/*.test.ts', '!**/*.case.ts'],
      linter: {
        rules: {
          style: {
            noRestrictedImports: {
              level: 'error',
              options: {
                patterns: [
                  {
                    group,
                    message: `src/${folder} has rank ${rank}: it imports only from its own folder and from lower ranks (docs/architecture.md).`,
                  },
                ],
              },
            },
            ...(mayUseNode
              ? {}
              : {
                  noRestrictedGlobals: {
                    level: 'error',
                    options: {
                      deniedGlobals: {
                        Buffer: 'Use Uint8Array: this folder must run in a browser.',
                        process: 'This folder must run in a browser.',
                      },
                    },
                  },
                }),
          },
          ...(mayUseNode ? {} : { correctness: { noNodejsModules: 'error' } }),
        },
      },
    };
  });
}

const biomeFile = fileURLToPath(new URL('../biome.json', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = JSON.parse(readFileSync(biomeFile, 'utf8'));
  const own = config.overrides.filter(
    (override: { includes: string[] }) =>
      override.includes.some((include) => !include.startsWith('src/') && !include.startsWith('!')) ||
      override.includes[0] === 'src/tensor/runtime*',
  );
  config.overrides = [...rankOverrides(), ...own];
  writeFileSync(biomeFile, `${JSON.stringify(config, null, 2)}\n`);
}
