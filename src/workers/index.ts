/** Threads, and processes of their own. */
export { openFoldThreads } from './fold-threads.ts';
export { openLogsAside, type ScannedBatch, type ScannedLogs } from './reader.ts';
export { startProcess } from './start-process.ts';
export { startThread } from './start-thread.ts';
