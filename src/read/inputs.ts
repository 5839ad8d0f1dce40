import { readdir } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { fileError, fileStatus, STDIN } from './byte-stream.ts';
import { globRoot, globToRegExp, isGlob } from './glob.ts';
import { inRotationOrder } from './rotation.ts';

/** A file to read. */
export interface Input {
  /** Path, or `-` for standard input. */
  readonly path: string;
  /** The user named this very file; others came out of a folder or a pattern and may be left out. */
  readonly named: boolean;
}

/**
 * Files behind paths, patterns and folders (with their sub-folders; names that begin
 * with a dot are left out), each once, in the order given and by name within it, rotated sets from old to new.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`, `E_NO_INPUT`
 */
export async function findInputs(paths: readonly string[]): Promise<Input[]> {
  if (paths.length === 0) {
    throw new CaracalError(
      'E_NO_INPUT',
      'There is nothing to read. Name at least one file, folder, pattern, or - for stdin.',
    );
  }
  const inputs = new Map<string, Input>();
  for (const path of paths) {
    for (const input of await inputsOf(path)) if (!inputs.has(input.path)) inputs.set(input.path, input);
  }
  return inRotationOrder([...inputs.values()], ({ path }) => path);
}

/** Size (`NaN` for stdin) and time of the last change of an input. */
export async function inputStatus({ path }: Input): Promise<{ size: number; modified: number }> {
  return path === STDIN ? { size: Number.NaN, modified: Date.now() } : fileStatus(path);
}

// --- internal ---

async function inputsOf(path: string): Promise<Input[]> {
  if (path === STDIN) return [{ path, named: true }];
  let directory = false;
  try {
    directory = (await fileStatus(path)).directory;
  } catch (error) {
    if (!isGlob(path)) throw error;
    return matches(path);
  }
  if (!directory) return [{ path, named: true }];
  const files = await walk(path.replace(/(.)\/+$/, '$1'));
  if (files.length === 0) {
    throw new CaracalError('E_NO_INPUT', `${path} holds no files. Name a folder with logs in it.`, { file: path });
  }
  return files.map((file) => ({ path: file, named: false }));
}

async function matches(pattern: string): Promise<Input[]> {
  const tidy = pattern.replace(/^(\.\/)+/, '');
  const expression = globToRegExp(tidy);
  const root = globRoot(tidy);
  const found: Input[] = [];
  for (const file of await walk(root)) {
    const name = root === '.' ? file.replace(/^\.\//, '') : file;
    if (expression.test(name)) found.push({ path: name, named: false });
  }
  if (found.length === 0) {
    throw new CaracalError(
      'E_FILE_MISSING',
      `No file matches ${pattern}. Check the pattern, or quote a name with brackets.`,
      {
        file: pattern,
      },
    );
  }
  return found;
}

async function walk(folder: string): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await walk(path)));
    else if (entry.isFile() || (entry.isSymbolicLink() && !(await isDirectory(path)))) files.push(path);
  }
  return files;
}

async function isDirectory(path: string): Promise<boolean> {
  // A link that leads nowhere is no log either.
  return fileStatus(path).then(
    (status) => status.directory,
    () => true,
  );
}
