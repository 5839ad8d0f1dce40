/** Threads. */
export { openLogsAside, type ScannedBatch, type ScannedLogs } from './reader.ts';
