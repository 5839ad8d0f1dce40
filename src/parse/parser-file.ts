import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import { decodeUtf8, encodeUtf8 } from '../util/utf8.ts';
import { defaultMasks, type MaskRule } from './masks.ts';

const FORMAT = 'caracal-parser';
const VERSION = 1;

/** `parser.json` of a kind of parser. */
export function encodeParserFile(parser: string, options: object, learned: object): Uint8Array {
  return encodeUtf8(`${JSON.stringify({ format: FORMAT, version: VERSION, parser, options, learned })}\n`);
}

/** A `parser.json` of which only the header is checked. */
export interface ParserFile {
  /** Kind of the parser. */
  readonly parser: string;
  readonly body: unknown;
}

/**
 * Reads the header of a `parser.json`.
 *
 * @throws CaracalError `E_MODEL_FORMAT` for another version, `E_MODEL_CORRUPT` for
 * anything that this library did not write
 */
export function readParserFile(encoded: Uint8Array): ParserFile {
  let body: unknown;
  try {
    body = JSON.parse(decodeUtf8(encoded));
  } catch (cause) {
    throw corruptParser('it is no complete JSON', cause);
  }
  const header = headerSchema.safeParse(body);
  if (!header.success) throw corruptParser('its header is missing', header.error);
  const { version, parser } = header.data;
  if (version !== VERSION) {
    throw new CaracalError(
      'E_MODEL_FORMAT',
      `parser.json is of version ${version}; this program reads version ${VERSION}. Use the program that wrote it, or train again.`,
      { version },
    );
  }
  return { parser, body };
}

/**
 * The content of a `parser.json` by its schema.
 *
 * @throws CaracalError `E_MODEL_CORRUPT` where it does not fit
 */
export function checkedBody<T>(schema: z.ZodType<T>, { body }: ParserFile): T {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw corruptParser(`${issue?.path.join('.')}: ${issue?.message}`, checked.error);
}

/** The error for a `parser.json` that this library did not write. */
export function corruptParser(what: string, cause?: unknown): CaracalError {
  return new CaracalError(
    'E_MODEL_CORRUPT',
    `parser.json is damaged (${what}). Restore it from a copy, or train again.`,
    { file: 'parser.json' },
    { cause },
  );
}

/** A number of something. */
export const whole = z.number().int().nonnegative();

/** Masks as they are written. Masks that equal the defaults are the defaults, which need not be compiled again. */
export const masksSchema = z
  .array(z.object({ kind: z.string(), pattern: z.string(), opening: z.boolean().optional() }))
  .transform((masks): readonly MaskRule[] => {
    const plain = masks.map(plainMask);
    return JSON.stringify(plain) === JSON.stringify(defaultMasks.map(plainMask)) ? defaultMasks : plain;
  });

/** A mask without what is not set. */
export function plainMask({ kind, pattern, opening }: PlainMask): MaskRule {
  return opening ? { kind, pattern, opening } : { kind, pattern };
}

// --- internal ---

interface PlainMask {
  readonly kind: string;
  readonly pattern: string;
  readonly opening?: boolean | undefined;
}

const headerSchema = z.object({ format: z.literal(FORMAT), version: whole, parser: z.string() });
