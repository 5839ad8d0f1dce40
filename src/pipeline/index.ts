export { type Channel, EVENT_FLAG_RATE } from './channel.ts';
export { type Ingested, type IngestOptions, ingest } from './ingest.ts';
export { findRawLines, type RawLines } from './raw-lines.ts';
export { type ScanOptions, type ScanResult, scan } from './scan.ts';
