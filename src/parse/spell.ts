import type { EntityTable } from '../types.ts';
import { createEntityTable } from '../util/tables.ts';
import { commonLength, generalised } from './alignment.ts';
import { createByUse } from './by-use.ts';
import type { Parser } from './parser.ts';
import type { ParserFile } from './parser-file.ts';
import { createWordParser } from './parser-frame.ts';
import { createScanner } from './scanner.ts';
import { createShapeTable } from './shape-table.ts';
import { decodeSpell, encodeSpell, type SpellState } from './spell-codec.ts';
import { createSpellIndex } from './spell-index.ts';
import { type SpellOptions, spellOptions } from './spell-options.ts';
import { createTemplateIds } from './template-ids.ts';
import { createWordTable, DELIMITERS } from './words.ts';

/**
 * Spell (Du and Li, "Spell: Streaming Parsing of System Event Logs", ICDM 2016; with
 * merging and splitting as in their TKDE article of 2019) over bytes. Shapes that are
 * remembered need one look into a table. For others a prefix tree gives a first template,
 * an inverted index the few that might have more in common with the line, and only of
 * those the longest common subsequence is computed, the likeliest first, until none left
 * could be better. It gives exactly the templates and assignments of
 * `spell.reference.ts`, which states the rules.
 *
 * @throws CaracalError `E_USAGE` for options out of range, `E_CONFIG` for masks that
 * cannot be compiled
 */
export function createSpell(options: Partial<SpellOptions> = {}, entities: EntityTable = createEntityTable()): Parser {
  return spellFrom({ options: spellOptions(options) }, entities);
}

/**
 * A parser from what `encode` gave.
 *
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function restoreSpell(file: ParserFile, entities: EntityTable = createEntityTable()): Parser {
  return spellFrom(decodeSpell(file), entities);
}

// --- internal ---

/** Words from which on it is worth looking for those that nobody uses any more. */
const FIRST_RENUMBERING = 200_000;

interface Form {
  readonly number: number;
  readonly words: Int32Array;
}

interface Cluster {
  readonly number: number;
  words: Int32Array;
  constants: number;
  readonly numbers: number[];
  /** `undefined` once there were too many. */
  forms: Form[] | undefined;
  /** Texts of `words` and of the forms, made when asked for. */
  texts: readonly string[] | undefined;
}

function spellFrom({ options, learned }: SpellState, entityTable: EntityTable): Parser {
  const { tau, splitForms, splitCount, maxClusters } = options;
  const scanner = createScanner(options.masks);
  let table = createWordTable();
  let mostWords = FIRST_RENUMBERING;
  const memory = createShapeTable(options.memory);
  const index = createSpellIndex(maxClusters);
  const byUse = createByUse(maxClusters);
  const ids = createTemplateIds();
  const slots: (Cluster | undefined)[] = [];
  const free: number[] = [];
  /** Slots of templates without constants, by their length. */
  const bare = new Map<number, number>();
  /** Slot of each number, -1 where it was given up; and its lines. */
  const owners: number[] = [];
  const counts: number[] = [];
  let evicted = 0;
  let changes = 0;

  const clusterAt = (slot: number): Cluster => {
    const cluster = slots[slot];
    if (!cluster) throw new RangeError(`there is no template in slot ${slot}`);
    return cluster;
  };
  const enter = (slot: number, cluster: Cluster): void => {
    cluster.constants = constantsOf(cluster.words);
    if (cluster.constants === 0) bare.set(cluster.words.length, slot);
    else index.add(slot, cluster.words);
    changes++;
  };
  const leave = (slot: number, cluster: Cluster): void => {
    if (cluster.constants > 0) index.remove(slot, cluster.words);
    else if (bare.get(cluster.words.length) === slot) bare.delete(cluster.words.length);
    changes++;
  };
  const place = (cluster: Cluster): number => {
    if (free.length === 0 && slots.length >= maxClusters) {
      const oldest = byUse.oldest();
      for (const number of clusterAt(oldest).numbers) owners[number] = -1;
      discard(oldest);
      evicted++;
    }
    const slot = free.pop() ?? slots.length;
    slots[slot] = cluster;
    byUse.touch(slot);
    enter(slot, cluster);
    for (const number of cluster.numbers) owners[number] = slot;
    return slot;
  };
  const discard = (slot: number): void => {
    leave(slot, clusterAt(slot));
    byUse.remove(slot);
    slots[slot] = undefined;
    free.push(slot);
  };

  // The best template so far of the search that is going on.
  let found = -1;
  let most = 0;
  const consider = (slot: number, common: number): void => {
    const cluster = clusterAt(slot);
    if (found >= 0 && common === most) {
      const rival = clusterAt(found);
      const longer = cluster.words.length - rival.words.length;
      if (longer > 0 || (longer === 0 && cluster.number > rival.number)) return;
    }
    found = slot;
    most = common;
  };
  /** The slot with the most in common with `words`, of those that `fits` lets pass. */
  const best = (
    words: Int32Array,
    least: number,
    first: number,
    fits: (cluster: Cluster, common: number) => boolean,
  ): number => {
    found = -1;
    most = 0;
    if (first >= 0) {
      const { constants } = clusterAt(first);
      if (fits(clusterAt(first), constants)) consider(first, constants);
    }
    for (const slot of index.candidates(words, Math.max(1, least, most))) {
      if (index.shared(slot) < most) break;
      if (slot === first) continue;
      const common = commonLength(clusterAt(slot).words, words);
      if (common >= most && fits(clusterAt(slot), common)) consider(slot, common);
    }
    return found;
  };

  const slotFor = (words: Int32Array): number => {
    if (constantsOf(words) === 0) return bare.get(words.length) ?? -1;
    const enough = tau * words.length;
    const half = words.length / 2;
    return best(words, Math.ceil(Math.min(enough, half) - 1e-9), index.subsequence(words), (cluster, common) => {
      if (common >= enough) return true;
      return common > 0 && common === cluster.constants && common >= half && cluster.words.length >= enough;
    });
  };

  const takeIn = (slot: number): void => {
    const changed = clusterAt(slot);
    const other = best(changed.words, Math.ceil(tau * changed.words.length - 1e-9), -1, (cluster, common) => {
      return cluster !== changed && common >= tau * Math.max(changed.words.length, cluster.words.length);
    });
    if (other < 0) return;
    const [older, younger] = changed.number < clusterAt(other).number ? [slot, other] : [other, slot];
    const kept = clusterAt(older);
    const gone = clusterAt(younger);
    discard(younger);
    leave(older, kept);
    kept.words = generalised(kept.words, gone.words);
    const forms = kept.forms && gone.forms ? [...kept.forms, ...gone.forms] : [];
    kept.forms = forms.length > 0 && forms.length <= splitForms ? forms : undefined;
    kept.texts = undefined;
    kept.numbers.push(...gone.numbers);
    for (const number of gone.numbers) owners[number] = older;
    enter(older, kept);
    byUse.touch(older);
    takeIn(older);
  };

  /** The number of a line in its cluster; a new one while there may be more forms. */
  const numberIn = (slot: number, words: Int32Array): number => {
    const cluster = clusterAt(slot);
    const known = formOf(cluster, words);
    if (known) return known.number;
    changes++;
    cluster.texts = undefined;
    if (cluster.forms && cluster.forms.length < splitForms) {
      const number = counts.push(0) - 1;
      owners.push(slot);
      cluster.numbers.push(number);
      cluster.forms.push({ number, words });
      return number;
    }
    cluster.forms = undefined;
    return cluster.number;
  };

  /** Gives new numbers to the words that are still in use, once many are not. */
  const renumber = (): void => {
    const old = table;
    table = createWordTable();
    const again = (words: Int32Array): Int32Array => words.map((word) => table.number(old.text(word)));
    for (const slot of byUse.slots()) {
      const cluster = clusterAt(slot);
      leave(slot, cluster);
      cluster.words = again(cluster.words);
      cluster.forms = cluster.forms?.map((form) => ({ number: form.number, words: again(form.words) }));
    }
    for (const slot of byUse.slots()) enter(slot, clusterAt(slot));
    mostWords = Math.max(FIRST_RENUMBERING, 2 * table.size);
  };

  if (learned) {
    counts.push(...learned.counts);
    owners.push(...counts.map(() => -1));
    evicted = learned.evicted;
    for (const { words, numbers, forms } of learned.templates) {
      place({
        number: numbers[0] ?? 0,
        words: Int32Array.from(words, (word) => table.number(word)),
        constants: 0,
        numbers: [...numbers],
        forms: forms?.map((form) => ({
          number: form.number,
          words: Int32Array.from(form.words, (word) => table.number(word)),
        })),
        texts: undefined,
      });
    }
    for (const [id, number] of learned.ids) ids.restore(id, number);
  }

  const textsOf = (words: Int32Array): string[] => Array.from(words, (word) => table.text(word));
  return createWordParser(
    {
      name: 'spell',
      delimiters: DELIMITERS,
      known: (shapeA, shapeB) => {
        const number = memory.find(shapeA, shapeB);
        return number >= 0 && owners[number]! >= 0 ? number : -1;
      },
      learn: (bytes, tokens, shapeA, shapeB) => {
        if (table.size > mostWords) renumber();
        const words = table.line(scanner, bytes, tokens);
        const slot = slotFor(words);
        let number = counts.length;
        if (slot < 0) {
          const own = table.keep(words);
          counts.push(0);
          owners.push(-1);
          place({
            number,
            words: own,
            constants: 0,
            numbers: [number],
            forms: [{ number, words: own }],
            texts: undefined,
          });
        } else {
          const cluster = clusterAt(slot);
          const general = generalised(cluster.words, words);
          const changed = !same(general, cluster.words);
          if (changed) {
            leave(slot, cluster);
            cluster.words = general;
            cluster.texts = undefined;
            enter(slot, cluster);
          }
          number = cluster.forms ? numberIn(slot, table.keep(words)) : cluster.number;
          if (changed) takeIn(slot);
        }
        memory.put(shapeA, shapeB, number);
        return number;
      },
      find: (bytes, tokens) => {
        const words = table.line(scanner, bytes, tokens);
        const slot = slotFor(words);
        if (slot < 0) return -1;
        const cluster = clusterAt(slot);
        return formOf(cluster, words)?.number ?? cluster.number;
      },
      count: (number, lines) => {
        const before = counts[number]!;
        counts[number] = before + lines;
        if (before < splitCount && before + lines >= splitCount) changes++;
        byUse.touch(owners[number]!);
      },
      countOf: (number) => counts[number] ?? 0,
      wordsOf: (number) => {
        const cluster = slots[owners[number] ?? -1];
        if (!cluster) return undefined;
        const { forms } = cluster;
        const split = forms && forms.length > 1 && forms.every((form) => counts[form.number]! >= splitCount);
        const form = split ? forms.find((each) => each.number === number) : undefined;
        if (form) return textsOf(form.words);
        cluster.texts ??= textsOf(cluster.words);
        return cluster.texts;
      },
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
        encodeSpell({
          options,
          learned: {
            templates: byUse.slots().map((slot) => {
              const { words, numbers, forms } = clusterAt(slot);
              const plain = forms?.map((form) => ({ number: form.number, words: textsOf(form.words) }));
              return { words: textsOf(words), numbers, forms: plain ?? null };
            }),
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
}

function constantsOf(words: Int32Array): number {
  let constants = 0;
  for (const word of words) if (word !== 0) constants++;
  return constants;
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}

function formOf({ forms }: Cluster, words: Int32Array): Form | undefined {
  return forms?.find((form) => same(form.words, words));
}
