/** Threads. */
export { openLogsAside, type ScannedBatch, type ScannedLogs } from './reader.ts';
export { startThread } from './start-thread.ts';
