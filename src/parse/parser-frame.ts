import type { EntityTable, Parameter, Template } from '../types.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { createEntityFinder } from './entities.ts';
import { columnsOf, createEntityRows } from './event-rows.ts';
import { createPlaceList, type ParameterPlaces, parametersAt } from './parameter-places.ts';
import { placesOfWords } from './parameters.ts';
import type { Parser } from './parser.ts';
import type { ScannedRows, Scanner } from './scanner.ts';
import type { TemplateIds } from './template-ids.ts';
import { renderTokens, type TokenText } from './token-text.ts';
import { wordSpans } from './words.ts';

/** What makes one parser over words differ from another; the rest is in `createWordParser`. */
export interface WordParserCore {
  readonly name: string;
  /** Where it splits tokens further, see `wordsOf`. */
  readonly delimiters: string;
  /** Number of a shape that is remembered, -1 otherwise. */
  known(shapeA: number, shapeB: number): number;
  /** Learns the line that was just scanned, of a shape that is not remembered; returns its number. */
  learn(bytes: Uint8Array, tokens: number, shapeA: number, shapeB: number): number;
  /** Number that such a line would get, -1 where it would make a new template. */
  find(bytes: Uint8Array, tokens: number): number;
  /** Counts lines of a number. */
  count(number: number, lines: number): void;
  countOf(number: number): number;
  /** Words of the template that a number stands for now; `undefined` for one that was given up. */
  wordsOf(number: number): readonly TokenText[] | undefined;
  /** Numbers given out so far: 0 to `created - 1`. */
  readonly created: number;
  /** Grows with every change to any template's words. */
  readonly changes: number;
  readonly evicted: number;
  /** Forgets the shapes; what is encoded goes on in the same way as what was. */
  forget(): void;
  encode(ids: TemplateIds): Uint8Array;
}

/** What templates that were given up look like. */
const LOST = '<*>';

/** A parser around its core. */
export function createWordParser(
  core: WordParserCore,
  scanner: Scanner,
  ids: TemplateIds,
  entityTable: EntityTable | undefined,
  table: EntityTable,
): Parser {
  const { kinds } = scanner.automaton;
  const entities = entityTable && createEntityFinder(scanner, entityTable);
  const tokensOf = (bytes: Uint8Array): number => scanner.scan(bytes, 0, bytes.length);

  const places = createPlaceList();
  const placesOf = (bytes: Uint8Array, start: number, end: number, number: number): ParameterPlaces => {
    const tokens = scanner.scan(bytes, start, end);
    placesOfWords(wordSpans(scanner, bytes, tokens, core.delimiters), core.wordsOf(number), places);
    return places;
  };

  const find = (bytes: Uint8Array): number => {
    const tokens = tokensOf(bytes);
    const known = core.known(scanner.found[0]!, scanner.found[1]!);
    return known >= 0 ? known : core.find(bytes, tokens);
  };

  const textOf = (number: number): string => {
    const template = core.wordsOf(number);
    if (!template) return LOST;
    let text = texts.get(template);
    if (text === undefined) {
      text = renderTokens(template, kinds);
      texts.set(template, text);
    }
    return text;
  };
  const texts = new WeakMap<readonly TokenText[], string>();
  /** Numbers of each present id, as of `seen` changes. */
  const current = new Map<string, { readonly text: string; readonly numbers: number[] }>();
  let seen = -1;
  const refresh = (): void => {
    if (seen === core.changes) return;
    current.clear();
    for (let number = 0; number < core.created; number++) {
      const text = textOf(number);
      const id = ids.publish(number, text);
      const same = current.get(id);
      if (same) same.numbers.push(number);
      else current.set(id, { text, numbers: [number] });
    }
    seen = core.changes;
  };
  const templateAt = (id: string): Template | undefined => {
    const one = current.get(id);
    return one && { id, text: one.text, count: one.numbers.reduce((sum, number) => sum + core.countOf(number), 0) };
  };
  const templateOf = (number: number): Template => {
    refresh();
    const template = number >= 0 && number < core.created ? templateAt(ids.publish(number, textOf(number))) : undefined;
    if (!template) throw new RangeError(`this parser has given out no template ${number}`);
    return template;
  };

  return {
    name: core.name,
    program: scanner.program,
    parse: (batch, scanned, onCreated) => {
      const { count, bytes, start, end, repeat } = batch;
      const template = new Int32Array(count);
      const learn = (from: number, rows: ScannedRows, found: number): void => {
        const { shapes } = rows;
        for (let i = 0; i < found; i++) {
          const row = from + i;
          const a = shapes[2 * i]!;
          const b = shapes[2 * i + 1]!;
          let number = core.known(a, b);
          if (number < 0) {
            const created = core.created;
            number = core.learn(bytes, scanner.recall(rows, i, start[row]!, end[row]!), a, b);
            if (number >= created) onCreated?.(number);
          }
          core.count(number, repeat[row]!);
          template[row] = number;
        }
      };
      if (scanned) learn(0, scanned, count);
      else {
        for (let from = 0, found = 0; from < count; from += found) {
          found = scanner.scanRows(bytes, start, end, from);
          learn(from, scanner.rows, found);
        }
      }
      const rows = createEntityRows(entities ? count : 0);
      for (let row = 0; entities && row < count; row++) {
        rows.add(entities.found, entities.find(batch, row, scanner.scan(bytes, start[row]!, end[row]!)));
      }
      return columnsOf(batch, template, rows, table);
    },
    match: (message) => find(encodeUtf8(message)),
    parameters: (message): Parameter[] => {
      const bytes = encodeUtf8(message);
      return parametersAt(bytes, placesOf(bytes, 0, bytes.length, find(bytes)));
    },
    placesOf,
    templates: () => {
      refresh();
      return [...current.keys()].flatMap((id) => templateAt(id) ?? []);
    },
    templateOf,
    resolve: (id) => {
      refresh();
      const number = current.has(id) ? undefined : ids.numberOf(id);
      return number === undefined ? templateAt(id) : templateOf(number);
    },
    get evicted() {
      return core.evicted;
    },
    encode: () => {
      refresh();
      core.forget();
      return core.encode(ids);
    },
  };
}
