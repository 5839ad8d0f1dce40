import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

/**
 * Starts a file in a process of its own, which runs when nothing more urgent does, says
 * what it has to say by `process.send`, and ends with the one that started it. Its memory
 * is given back to the last byte when it ends, which that of a thread is not.
 *
 * @param beside `import.meta.url` of a file in the same folder
 * @param name the file's name without its extension
 */
export function startProcess(beside: string, name: string): ChildProcess {
  const source = beside.endsWith('.ts');
  const child = fork(fileURLToPath(new URL(source ? `./${name}.ts` : `./${name}.js`, beside)), [], {
    // From source the process first needs the loader that development uses.
    execArgv: source ? ['--import', import.meta.resolve('tsx')] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or nobody may change priorities here.
  }
  return child;
}
