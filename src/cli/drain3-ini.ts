import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CaracalError } from '../errors.ts';
import { createScanner, type MaskRule, type ParserOptions } from '../parse/index.ts';

/**
 * Settings and masks of a Drain3 configuration (`drain3.ini`): `[DRAIN]` with `sim_th`,
 * `depth`, `max_children`, `max_clusters` and `extra_delimiters`, `[MASKING]` with `masking`. Drain3 guards its
 * masks with `((?<=[^A-Za-z0-9])|^)` and `((?=[^A-Za-z0-9])|$)`; ours never match within
 * a word, so the guards are left out.
 *
 * @throws CaracalError `E_FILE_MISSING`, `E_CONFIG` for what cannot be taken over
 */
export function readDrain3Ini(file: string): ParserOptions {
  const sections = parseIni(textOf(file), file);
  const drain = sections.get('DRAIN') ?? new Map<string, string>();
  const masking = sections.get('MASKING') ?? new Map<string, string>();
  const number = (key: string): number | undefined => {
    const value = drain.get(key);
    if (value === undefined) return undefined;
    if (value !== '' && Number.isFinite(Number(value))) return Number(value);
    throw new CaracalError('E_CONFIG', `${file}: ${key} is ${value}. Give a number.`, { file });
  };
  const chosen = {
    simThreshold: number('sim_th'),
    depth: number('depth'),
    maxChildren: number('max_children'),
    maxClusters: number('max_clusters'),
    delimiters: delimitersOf(drain.get('extra_delimiters'), file),
    masks: masksOf(masking.get('masking'), file),
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

// --- internal ---

const BEFORE = ['((?<=[^A-Za-z0-9])|^)', '(?:(?<=[^A-Za-z0-9])|^)', '\\b'];
const AFTER = ['((?=[^A-Za-z0-9])|$)', '(?:(?=[^A-Za-z0-9])|$)', '\\b'];
/** One character in quotes, perhaps escaped. */
const DELIMITER = /^(["'])\\?([^A-Za-z0-9])\1$/;
const maskingSchema = z.array(z.object({ regex_pattern: z.string(), mask_with: z.string() }));

/** Drain3 evaluates them as a Python list of strings. */
function delimitersOf(text: string | undefined, file: string): string | undefined {
  const list = /^\[(.*)\]$/s.exec(text?.trim() ?? '[]')?.[1];
  const items = list?.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s,]+/g) ?? [];
  const characters = items.map((item) => DELIMITER.exec(item)?.[2] ?? '');
  const odd = list === undefined ? text : items.find((_, i) => characters[i] === '');
  if (odd !== undefined) {
    throw new CaracalError(
      'E_CONFIG',
      `${file}: extra_delimiters has ${odd}. Give a list of single ASCII punctuation characters, such as ["=", ":"].`,
      { file },
    );
  }
  return characters.length === 0 ? undefined : characters.join('');
}

function masksOf(text: string | undefined, file: string): readonly MaskRule[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  let listed: z.infer<typeof maskingSchema>;
  try {
    listed = maskingSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CaracalError(
      'E_CONFIG',
      `${file}: masking is no JSON list of {"regex_pattern", "mask_with"}. Mind that JSON doubles backslashes.`,
      { file },
      { cause },
    );
  }
  return listed.map(({ regex_pattern, mask_with }): MaskRule => {
    let pattern = regex_pattern;
    const guard = BEFORE.find((each) => pattern.startsWith(each));
    if (guard) pattern = pattern.slice(guard.length);
    const end = AFTER.find((each) => pattern.endsWith(each));
    if (end) pattern = pattern.slice(0, -end.length);
    const mask = { kind: mask_with, pattern };
    try {
      createScanner([mask]);
    } catch (cause) {
      const why = cause instanceof Error ? ` ${cause.message}` : '';
      throw new CaracalError(
        'E_CONFIG',
        `${file}: the mask ${mask_with} cannot be taken over.${why}`,
        { file },
        { cause },
      );
    }
    return mask;
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CaracalError('E_FILE_MISSING', `${file}: cannot be read. Check the path.`, { file }, { cause });
  }
}

/** Sections of an ini file; lines that begin with a blank go on with the value before. */
function parseIni(text: string, file: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key = '';
  text.split(/\r?\n/).forEach((line, i) => {
    if (/^\s*([#;].*)?$/.test(line)) return;
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1];
    const pair = /^(\S[^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (name !== undefined) {
      section = sections.get(name) ?? new Map();
      sections.set(name, section);
    } else if (section && key !== '' && /^\s/.test(line)) {
      section.set(key, `${section.get(key) ?? ''}\n${line.trim()}`);
    } else if (section && pair) {
      key = pair[1] ?? '';
      section.set(key, pair[2]?.trim() ?? '');
    } else {
      throw new CaracalError(
        'E_CONFIG',
        `${file}, line ${i + 1}: is no section, setting or comment. Write [DRAIN], then key = value.`,
        { file, line: i + 1 },
      );
    }
  });
  return sections;
}
