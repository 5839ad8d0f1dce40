import { existsSync } from 'node:fs';

/** What stands between the path of a zip and the name of a file in it. */
export const ENTRY_MARK = '!/';

/** Archive and file of a path such as `logs.zip!/auth.log`; `undefined` for the path of a file. */
export function splitEntry(path: string): { archive: string; name: string } | undefined {
  const mark = path.indexOf(ENTRY_MARK);
  if (mark <= 0 || existsSync(path)) return undefined;
  const archive = path.slice(0, mark);
  return existsSync(archive) ? { archive, name: path.slice(mark + ENTRY_MARK.length) } : undefined;
}
