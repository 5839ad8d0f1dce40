import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the built dashboard; builds it where it is not there, so that tests need no step before them. */
export function builtWeb(): string {
  const folder = join('dist', 'web');
  if (!existsSync(join(folder, 'index.html'))) {
    execFileSync(process.execPath, [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      'build',
      'web',
      '--logLevel',
      'warn',
    ]);
  }
  return folder;
}
