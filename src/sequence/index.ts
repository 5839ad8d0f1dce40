export { cutSequences } from './cut.ts';
export { type PackedRows, packSequences } from './packing.ts';
export { parseSequenceCsv, type SequenceColumns, type SequenceCsv } from './sequence-csv.ts';
export { buildSequences, type SequenceOptions, selectSequences, sequencesOf } from './sequences.ts';
export { createSessionizer, parseSessionRule, type Sessionizer, type SessionRule } from './session-rule.ts';
export { type Split, splitSequences } from './split.ts';
export { type Positions, positionsOf, type UniqueSequences, uniqueSequences } from './unique-sequences.ts';
export { BEGIN, buildVocabulary, END, UNKNOWN, type Vocabulary, vocabularyFromNames } from './vocabulary.ts';
export { scoreOffsets, slidingWindows, type WindowSet } from './windows.ts';
