import { Worker } from 'node:worker_threads';

/**
 * Starts a file of this folder in a thread of its own. From source, where the files are
 * TypeScript, the thread first needs the loader that development uses.
 */
export function startThread(name: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  const file = new URL(`./${name}.ts`, import.meta.url);
  const program = `import('tsx/esm/api').then(({ register }) => { register(); return import('${file}'); });`;
  return new Worker(program, { eval: true, workerData, execArgv: [] });
}
