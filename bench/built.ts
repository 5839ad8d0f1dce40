import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Product and one file of this folder, compiled as for its users. */
export interface Built {
  readonly folder: string;
  /** The compiled file. */
  readonly file: string;
}

/**
 * Compiles the product and `bench/NAME.ts`, or another folder's, into a folder of their own: threads start several
 * times slower with the loader that development uses.
 */
export function build(name: string, place = 'bench'): Built {
  const root = fileURLToPath(new URL('..', import.meta.url));
  // Within the project, where its packages are found.
  const cache = resolve(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bench-'));
  const config = {
    extends: resolve(root, 'tsconfig.build.json'),
    compilerOptions: { rootDir: root, outDir: folder, declaration: false, noCheck: true, types: ['node'] },
    include: [resolve(root, 'src'), resolve(root, `${place}/${name}.ts`)],
    exclude: ['test', 'case', 'reference'].map((kind) => resolve(root, `src/**/*.${kind}.ts`)),
  };
  const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', version }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [resolve(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    stdio: 'inherit',
  });
  return { folder, file: join(folder, `${place}/${name}.js`) };
}
