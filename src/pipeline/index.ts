export { type Channel, EVENT_FLAG_RATE } from './channel.ts';
export { type ClockGap, type Diagnosis, diagnose, type SourceDiagnosis } from './diagnose.ts';
export { type Ingested, type IngestOptions, ingest } from './ingest.ts';
export { type Judged, type JudgedEvent, type JudgeOptions, judge } from './judge.ts';
export { type Learned, type LearnOptions, learn } from './learn.ts';
export { findRawLines, type RawLines } from './raw-lines.ts';
export { type ScanOptions, type ScanResult, scan } from './scan.ts';
export { type Structured, type StructureOptions, structure } from './structure.ts';
export { removeTemporary, type TemporaryFolder, temporaryFolder } from './temporary.ts';
