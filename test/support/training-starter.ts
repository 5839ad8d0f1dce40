/** Starts a process that trains, says its number, and waits to be killed. */
import { startProcess } from '../../src/workers/index.ts';

const child = startProcess(new URL('../../src/service/train-aside.ts', import.meta.url).href, 'train-process');
process.stdout.write(`${child.pid}\n`);
