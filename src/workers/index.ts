/** Threads, and processes of their own. */
export { openFoldThreads } from './fold-threads.ts';
export { startRenderThreads } from './render-threads.ts';
export { type ScannedBatch, type ScannedLogs, type ScanThreads, startScanThreads } from './scanned-logs.ts';
export { startProcess } from './start-process.ts';
export { startThread } from './start-thread.ts';
