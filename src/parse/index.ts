/** Records to events: templates, parameters, entities. */
export { concatEvents } from './concat-events.ts';
export { createDrain } from './drain.ts';
export { type DrainOptions, drainDefaults } from './drain-options.ts';
export { createFtTree } from './ft-tree.ts';
export { type FtTreeOptions, ftTreeDefaults } from './ft-tree-options.ts';
export { defaultMasks, type MaskRule } from './masks.ts';
export { parametersAt } from './parameter-places.ts';
export type { Parser } from './parser.ts';
export { createParser, decodeParser, type ParserOptions, parserNames } from './registry.ts';
export { createScannedRows, roomForRows, scanBatch } from './scan-batch.ts';
export { createScanner, type ScannedRows } from './scanner.ts';
export type { ScannerProgram } from './scanner-instance.ts';
export { createSpell } from './spell.ts';
export { type SpellOptions, spellDefaults } from './spell-options.ts';
export {
  type StructuredOptions,
  structuredHeader,
  structuredWriter,
  templateFieldsOf,
  templatesCsv,
} from './structured.ts';
export {
  type MergedTemplate,
  mergedTemplates,
  mergeTemplateSets,
  resolveMerged,
  type TemplateSet,
  templateSet,
} from './template-set.ts';
