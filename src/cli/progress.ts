import cliProgress from 'cli-progress';
import type { Io } from './io.ts';

/** A progress bar on stderr; silent where stderr is no terminal. */
export interface Progress {
  /** Sets how far a named stage is, from 0 to 1. */
  update(stage: string, share: number): void;
  /** Takes the bar away. */
  stop(): void;
}

export function createProgress(io: Io): Progress {
  if (!io.errIsTerminal) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage} %  {stage}',
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(1, 0, { stage: '' });
  return {
    update: (stage, share) => bar.update(share, { stage }),
    stop: () => bar.stop(),
  };
}
