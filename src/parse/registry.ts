import { CaracalError } from '../errors.ts';
import type { EntityTable } from '../types.ts';
import { createDrain, restoreDrain } from './drain.ts';
import type { DrainOptions } from './drain-options.ts';
import { createFtTree, restoreFtTree } from './ft-tree.ts';
import type { FtTreeOptions } from './ft-tree-options.ts';
import type { Parser } from './parser.ts';
import { type ParserFile, readParserFile } from './parser-file.ts';
import { createSpell, restoreSpell } from './spell.ts';
import type { SpellOptions } from './spell-options.ts';

/** Settings of any parser; each takes those that it knows. */
export interface ParserOptions extends Partial<DrainOptions>, Partial<SpellOptions>, Partial<FtTreeOptions> {}

/** A kind of parser: one line in `parsers`. */
interface ParserKind {
  create(options: ParserOptions, entities?: EntityTable): Parser;
  restore(file: ParserFile, entities?: EntityTable): Parser;
}

/** Every parser by its name on the command line. */
const parsers: Readonly<Record<string, ParserKind>> = {
  drain: { create: createDrain, restore: restoreDrain },
  'ft-tree': { create: createFtTree, restore: restoreFtTree },
  spell: { create: createSpell, restore: restoreSpell },
};

/** Names of the parsers, the default first. */
export const parserNames: readonly string[] = Object.keys(parsers);

/**
 * A parser by its name.
 *
 * @throws CaracalError `E_USAGE` for a name that is none or options out of range,
 * `E_CONFIG` for masks that cannot be compiled
 * @example
 * const parser = createParser('spell', { tau: 0.7 });
 */
export function createParser(name: string, options: ParserOptions = {}, entities?: EntityTable): Parser {
  const kind = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (!kind) {
    throw new CaracalError('E_USAGE', `There is no parser ${name}. Use ${parserNames.join(', ')}.`, { parser: name });
  }
  return kind.create(options, entities);
}

/**
 * A parser of any kind from what `encode` gave.
 *
 * @throws CaracalError `E_MODEL_CORRUPT`, `E_MODEL_FORMAT`
 */
export function decodeParser(encoded: Uint8Array, entities?: EntityTable): Parser {
  const file = readParserFile(encoded);
  const kind = Object.hasOwn(parsers, file.parser) ? parsers[file.parser] : undefined;
  if (!kind) {
    throw new CaracalError(
      'E_MODEL_FORMAT',
      `parser.json is of a parser ${file.parser}, which this version does not have. Update caracal, or train again.`,
      { parser: file.parser },
    );
  }
  return kind.restore(file, entities);
}
