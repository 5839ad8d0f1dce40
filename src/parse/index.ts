/** Records to events: templates, parameters, entities. */
export { concatEvents } from './concat-events.ts';
export { createDrain, decodeParser } from './drain.ts';
export { type DrainOptions, drainDefaults } from './drain-options.ts';
export { defaultMasks, type MaskRule } from './masks.ts';
export type { Parser } from './parser.ts';
export { type StructuredOptions, structuredHeader, structuredRows, templatesCsv } from './structured.ts';
