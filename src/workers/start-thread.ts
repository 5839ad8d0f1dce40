import { Worker } from 'node:worker_threads';

/**
 * Starts a file in a thread of its own. From source, where the files are TypeScript,
 * the thread first needs the loader that development uses.
 *
 * @param beside `import.meta.url` of a file in the same folder
 * @param name the file's name without its extension
 */
export function startThread(beside: string, name: string, workerData: unknown): Worker {
  if (!beside.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, beside), { workerData });
  const file = new URL(`./${name}.ts`, beside);
  const program = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); });`;
  return new Worker(program, { eval: true, workerData, execArgv: [] });
}
