/**
 * Builds `dist/` from `src/` with the TypeScript compiler, and `dist/web/` from `web/`
 * with Vite. What was built already from the same sources is left alone: their hash
 * stands beside it in `.built-from`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const web = join(dist, 'web');

build({
  sources: ['src'],
  settings: ['tsconfig.json', 'tsconfig.build.json'],
  stamp: join(dist, '.built-from'),
  tool: join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
  arguments: ['-p', join(root, 'tsconfig.build.json')],
  clean: () => {
    for (const name of existsSync(dist) ? readdirSync(dist) : []) {
      if (name !== 'web') rmSync(join(dist, name), { recursive: true, force: true });
    }
  },
});

build({
  sources: ['web'],
  settings: ['package-lock.json'],
  stamp: join(web, '.built-from'),
  tool: join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
  arguments: ['build', join(root, 'web'), '--logLevel', 'warn'],
  clean: () => {},
});

/** Runs a tool unless what it makes is there and was made from the same files. */
function build({ sources, settings, stamp, tool, arguments: given, clean }) {
  const digest = hashOf([...sources.flatMap(filesIn), ...settings.map((name) => join(root, name))]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  if (!existsSync(tool)) {
    console.error(
      'caracal: dist/ is not built and the tools that build it are not installed. Run `npm ci` with dev dependencies.',
    );
    process.exit(1);
  }
  clean();
  const built = spawnSync(process.execPath, [tool, ...given], { stdio: 'inherit', cwd: root });
  if (built.status !== 0) process.exit(built.status ?? 1);
  writeFileSync(stamp, digest);
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
