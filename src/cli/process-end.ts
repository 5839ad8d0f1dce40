import { removeTemporary } from '../pipeline/temporary.ts';
import { EXIT } from './exit.ts';

let graceful: (() => Promise<unknown>) | undefined;

/** What a signal does first, such as storing what came; a second signal does not wait for it. */
export function onSignal(stop: (() => Promise<unknown>) | undefined): void {
  graceful = stop;
}

/**
 * Ends the process well whatever ends it: temporary files go when a signal comes; a
 * reader of stdout who has left, as in `caracal scan FILE | head`, ends it quietly; any
 * other trouble with stdout is said in one line.
 */
export function watchProcess(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Others listen too, such as the progress bar, which gives the cursor back: they come first.
    const end = (): void => {
      removeTemporary();
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    process.on(signal, () => {
      const stop = graceful;
      graceful = undefined;
      if (stop) void stop().then(() => process.exit(EXIT.done), end);
      else setImmediate(end);
    });
  }
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    const why = error.message.replace(/, \w+( '.*)?$/, '');
    process.stderr.write(
      `caracal: standard output: cannot be written (${why}). Make room there, or send it elsewhere.\n`,
    );
    process.exit(EXIT.usage);
  });
}
