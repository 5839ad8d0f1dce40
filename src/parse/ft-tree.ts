import type { EntityTable } from '../types.ts';
import { createEntityTable } from '../util/tables.ts';
import { decodeFtTree, encodeFtTree, type FtTreeState } from './ft-tree-codec.ts';
import { type FtTreeOptions, ftTreeOptions } from './ft-tree-options.ts';
import { type FtEntry, type FtTree, learnFtTree } from './ft-tree-paths.ts';
import type { Parser } from './parser.ts';
import type { ParserFile } from './parser-file.ts';
import { createWordParser } from './parser-frame.ts';
import { createScanner } from './scanner.ts';
import { createSequenceMap } from './sequence-map.ts';
import { createShapeTable } from './shape-table.ts';
import { createTemplateIds } from './template-ids.ts';
import { renderToken, renderTokens, type TokenText } from './token-text.ts';
import { createWordTable } from './words.ts';

/**
 * FT-Tree (Zhang et al., "Syslog Processing for Switch Failure Diagnosis and Prediction in
 * Datacenter Networks", IWQoS 2017) over bytes. Shapes that are remembered need one
 * look into a table; what is new is compared as numbers of words with the learned tree, and
 * templates are made of all entries when somebody asks for them. It gives exactly the
 * templates and assignments of `ft-tree.reference.ts`, which states the rules.
 *
 * @throws CaracalError `E_USAGE` for options out of range, `E_CONFIG` for masks that
 * cannot be compiled
 */
export function createFtTree(
  options: Partial<FtTreeOptions> = {},
  entities: EntityTable = createEntityTable(),
): Parser {
  return ftTreeFrom({ options: ftTreeOptions(options) }, entities);
}

/**
 * A parser from what `encode` gave.
 *
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function restoreFtTree(file: ParserFile, entities: EntityTable = createEntityTable()): Parser {
  return ftTreeFrom(decodeFtTree(file), entities);
}

// --- internal ---

/** The templates of all entries as of now. */
interface Report {
  readonly tree: FtTree;
  /** Template of each entry, by its number. */
  readonly texts: ReadonlyMap<number, readonly TokenText[]>;
  /** A number of each template, by its words. */
  numberOf(words: Int32Array): number;
}

function ftTreeFrom({ options, learned }: FtTreeState, entityTable: EntityTable): Parser {
  const { shortThreshold, relearnAfter, maxClusters } = options;
  const scanner = createScanner(options.masks);
  const { kinds } = scanner.automaton;
  const memory = createShapeTable(options.memory);
  const ids = createTemplateIds();
  let table = createWordTable('');
  let entries = createSequenceMap<FtEntry>();
  let tree: FtTree | undefined;
  let limit = relearnAfter;
  /** Number of the entry of each number, -1 where it was given up; and its lines. */
  const owners: number[] = [];
  const counts: number[] = [];
  const byNumber = new Map<number, FtEntry>();
  let evicted = 0;
  let changes = 0;

  const textsOf = (words: Int32Array): TokenText[] => Array.from(words, (word) => table.text(word));
  const weigh = (): void => {
    for (const [number, entry] of byNumber) entry.lines = counts[number]!;
  };
  const enter = (entry: FtEntry): void => {
    entries.set(entry.words, entry);
    byNumber.set(entry.number, entry);
  };

  const relearn = (): void => {
    weigh();
    const now = learnFtTree(byNumber.values(), table, options);
    const merged = createSequenceMap<FtEntry>();
    const kept: FtEntry[] = [];
    const into = new Map<number, number>();
    for (const entry of [...byNumber.values()].sort((a, b) => a.number - b.number)) {
      const words = now.reduce(entry.words);
      const same = merged.get(words);
      into.set(entry.number, same?.number ?? entry.number);
      if (same) {
        same.lines += entry.lines;
        counts[same.number] = counts[same.number]! + counts[entry.number]!;
        counts[entry.number] = 0;
      } else {
        const own = { ...entry, words };
        merged.set(words, own);
        kept.push(own);
      }
    }
    kept.sort((a, b) => b.lines - a.lines || b.number - a.number);
    for (const { number } of kept.splice(maxClusters)) {
      into.set(number, -1);
      evicted++;
    }
    for (let number = 0; number < owners.length; number++) {
      const owner = into.get(owners[number]!) ?? -1;
      owners[number] = into.get(owner) ?? owner;
    }
    const old = table;
    table = createWordTable('');
    entries = createSequenceMap();
    byNumber.clear();
    for (const { number, words, lines } of kept) {
      enter({ number, lines, learned: lines, words: words.map((word) => table.number(old.text(word))) });
    }
    tree = learnFtTree(byNumber.values(), table, options);
    limit = Math.max(relearnAfter, 2 * kept.length);
    changes++;
  };

  let report: Report | undefined;
  let reported = -1;
  const reportNow = (): Report => {
    if (report && reported === changes) return report;
    weigh();
    const now = learnFtTree(byNumber.values(), table, options);
    const numbers = createSequenceMap<number>();
    const texts = new Map<number, readonly TokenText[]>();
    for (const [number, { words }] of byNumber) {
      const left = now.reduce(words);
      texts.set(number, textsOf(left));
      if (numbers.get(left) === undefined) numbers.set(left, number);
    }
    report = { tree: now, texts, numberOf: (words) => numbers.get(words) ?? -1 };
    reported = changes;
    return report;
  };

  /** Entry that a line joins by the learned tree. */
  const entryFor = (words: Int32Array): FtEntry | undefined => {
    const exact = entries.get(words);
    if (exact || !tree) return exact;
    const left = tree.reduce(words);
    return left === words ? undefined : entries.get(left);
  };

  if (learned) {
    for (const entry of learned.entries) {
      const words = Int32Array.from(entry.words, (word) => table.number(word));
      enter({ number: entry.number, lines: entry.learned, learned: entry.learned, words });
    }
    const old = [...byNumber.values()].filter((entry) => entry.learned > 0);
    if (old.length > 0) tree = learnFtTree(old, table, options);
    limit = learned.limit;
    owners.push(...learned.owners);
    counts.push(...learned.counts);
    evicted = learned.evicted;
    for (const [id, number] of learned.ids) ids.restore(id, number);
  }

  const parser = createWordParser(
    {
      name: 'ft-tree',
      delimiters: '',
      known: (shapeA, shapeB) => {
        const number = memory.find(shapeA, shapeB);
        return number < 0 ? -1 : owners[number]!;
      },
      learn: (bytes, tokens, shapeA, shapeB) => {
        let words = table.line(scanner, bytes, tokens);
        let number = entryFor(words)?.number ?? -1;
        if (number < 0) {
          if (byNumber.size >= limit) {
            relearn();
            words = table.line(scanner, bytes, tokens);
          }
          number = counts.push(0) - 1;
          owners.push(number);
          enter({ number, lines: 0, learned: 0, words: table.keep(words) });
        }
        memory.put(shapeA, shapeB, number);
        return number;
      },
      find: (bytes, tokens) => {
        const words = table.line(scanner, bytes, tokens);
        const number = entryFor(words)?.number;
        if (number !== undefined) return number;
        const now = reportNow();
        return now.numberOf(now.tree.reduce(words));
      },
      count: (number, lines) => {
        counts[number] = counts[number]! + lines;
        changes++;
      },
      countOf: (number) => counts[number] ?? 0,
      wordsOf: (number) => reportNow().texts.get(owners[number] ?? -1),
      get created() {
        return counts.length;
      },
      get changes() {
        return changes;
      },
      get evicted() {
        return evicted;
      },
      forget: memory.clear,
      encode: (published) =>
        encodeFtTree({
          options,
          learned: {
            entries: [...byNumber.values()].map((entry) => ({
              number: entry.number,
              words: textsOf(entry.words),
              learned: entry.learned,
            })),
            limit,
            owners,
            counts,
            created: counts.length,
            evicted,
            ids: published.entries(),
          },
        }),
    },
    scanner,
    ids,
    options.entities ? entityTable : undefined,
    entityTable,
  );

  return {
    ...parser,
    get evicted() {
      return evicted;
    },
    files: () => {
      const { tree: now, texts } = reportNow();
      const lines = new Map<readonly TokenText[], number>();
      const rows = { template: new Map<string, number>(), short: new Map<string, number>() };
      for (const [number, words] of texts) lines.set(words, counts[number]!);
      for (const [words, count] of lines) {
        const text = renderTokens(words, kinds);
        const of = words.length < shortThreshold ? rows.short : rows.template;
        of.set(text, (of.get(text) ?? 0) + count);
      }
      const listed = (of: ReadonlyMap<string, number>): string =>
        [...of]
          .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
          .map(([text, count]) => `${count}\t${text}\n`)
          .join('');
      const words = now.frequencies.map(([word, count]) => `${count}\t${renderToken(table.text(word), kinds)}\n`);
      return new Map([
        ['ft-tree.fre', words.join('')],
        ['ft-tree.template', listed(rows.template)],
        ['ft-tree.short', listed(rows.short)],
      ]);
    },
  };
}
