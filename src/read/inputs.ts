import { open, readdir } from 'node:fs/promises';
import { CaracalError } from '../errors.ts';
import { fileError, fileStatus, STDIN } from './byte-stream.ts';
import { compressionOf } from './decompress.ts';
import { globRoot, globToRegExp, isGlob } from './glob.ts';
import { inRotationOrder } from './rotation.ts';

/** A file to read. */
export interface Input {
  /** Path, or `-` for standard input. */
  readonly path: string;
  /** The user named this very file; others came out of a folder or a pattern and may be left out. */
  readonly named: boolean;
  /** Size and time of the last change (epoch ms), where they are not those of a file on disk. */
  readonly status?: InputStatus;
}

/** Size in bytes (`NaN` for stdin) and time of the last change (epoch ms) of an input. */
export interface InputStatus {
  readonly size: number;
  readonly modified: number;
}

/**
 * Files behind paths, patterns and folders (with their sub-folders; names that begin
 * with a dot are left out), each once, in the order given and by name within it, rotated sets from old to new.
 * The ground truth that `caracal simulate` writes beside its logs is no log either.
 *
 * @param refuse is told of every such file
 * @throws CaracalError `E_FILE_MISSING`, `E_FILE_UNREADABLE`, `E_NO_INPUT`
 */
export async function findInputs(
  paths: readonly string[],
  refuse: (path: string, why: string) => void,
): Promise<Input[]> {
  if (paths.length === 0) {
    throw new CaracalError(
      'E_NO_INPUT',
      'There is nothing to read. Name at least one file, folder, pattern, or - for stdin.',
    );
  }
  const inputs = new Map<string, Input>();
  for (const path of paths) {
    for (const input of await inputsOf(path, refuse)) if (!inputs.has(input.path)) inputs.set(input.path, input);
  }
  return inRotationOrder([...inputs.values()], ({ path }) => path);
}

/**
 * An input as it is, or the files in it where it is a zip.
 *
 * @param refuse is told of every file in a zip that must not be read
 * @throws CaracalError `E_ARCHIVE`, `E_LIMIT`
 */
export async function unfoldZip(input: Input, refuse: (path: string, why: string) => void): Promise<Input[]> {
  if (input.path === STDIN || !(await isZip(input.path))) return [input];
  const { listZip } = await import('./zip.ts');
  const { entries, refused } = await listZip(input.path);
  for (const { name, why } of refused) refuse(`${input.path}!/${name}`, why);
  const files = entries.map(({ path, ...status }) => ({ path, named: false, status }));
  return inRotationOrder(files, ({ path }) => path);
}

/** Size and time of the last change of an input. */
export async function inputStatus({ path, status }: Input): Promise<InputStatus> {
  if (status) return status;
  return path === STDIN ? { size: Number.NaN, modified: Date.now() } : fileStatus(path);
}

// --- internal ---

async function isZip(path: string): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  try {
    const head = new Uint8Array(4);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return compressionOf(head.subarray(0, bytesRead))?.name === 'zip';
  } catch (error) {
    throw fileError(path, error);
  } finally {
    await file.close();
  }
}

/** Files of `caracal simulate` that tell which lines are the intruder's. */
const TRUTH: readonly string[] = ['labels.csv', 'oddities.json', 'phases.json'];

async function inputsOf(path: string, refuse: (path: string, why: string) => void): Promise<Input[]> {
  if (path === STDIN) return [{ path, named: true }];
  let directory = false;
  try {
    directory = (await fileStatus(path)).directory;
  } catch (error) {
    if (!isGlob(path)) throw error;
    return matches(path, refuse);
  }
  if (!directory) return [{ path, named: true }];
  const files = await walk(path.replace(/(.)\/+$/, '$1'), refuse);
  if (files.length === 0) {
    throw new CaracalError('E_NO_INPUT', `${path} holds no files. Name a folder with logs in it.`, { file: path });
  }
  return files.map((file) => ({ path: file, named: false }));
}

async function matches(pattern: string, refuse: (path: string, why: string) => void): Promise<Input[]> {
  const tidy = pattern.replace(/^(\.\/)+/, '');
  const expression = globToRegExp(tidy);
  const root = globRoot(tidy);
  const found: Input[] = [];
  for (const file of await walk(root, refuse)) {
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

async function walk(folder: string, refuse: (path: string, why: string) => void): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(folder, error);
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const simulated =
    TRUTH.every((truth) => entries.some(({ name }) => name === truth)) &&
    entries.some((entry) => entry.name === 'logs' && entry.isDirectory());
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
    if (simulated && TRUTH.includes(entry.name)) {
      refuse(path, 'it is the ground truth of a simulation, no log');
    } else if (entry.isDirectory()) files.push(...(await walk(path, refuse)));
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
