import { join } from 'node:path';
import { caracal, TINY } from './cli.ts';
import { faultLines } from './fault-lines.ts';
import type { Workspace } from './workspace.ts';

/** Trains a small model on the lines of a shop, and gives its directory. */
export async function tinyModel({ write, folder }: Workspace): Promise<string> {
  const log = write('normal.log', `${faultLines(900, 99).join('\n')}\n`);
  const directory = join(folder, 'tiny-model');
  const { code, err } = await caracal(['train', log, '--out', directory, ...TINY]);
  if (code !== 0) throw new Error(err);
  return directory;
}
