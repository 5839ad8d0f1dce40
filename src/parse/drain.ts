import type { EntityTable, Parameter, RecordBatch, Template } from '../types.ts';
import { createEntityTable } from '../util/tables.ts';
import { encodeUtf8 } from '../util/utf8.ts';
import { type Cluster, createClusters } from './clusters.ts';
import { type DrainState, decodeDrain, encodeDrain } from './drain-codec.ts';
import { type DrainOptions, drainOptions } from './drain-options.ts';
import { createDrainTree } from './drain-tree.ts';
import { createEntityFinder } from './entities.ts';
import { columnsOf, createEntityRows, mergeById } from './event-rows.ts';
import { createPlaceList, type ParameterPlaces, parametersAt } from './parameter-places.ts';
import { placesOfTokens } from './parameters.ts';
import type { Parser } from './parser.ts';
import type { ParserFile } from './parser-file.ts';
import { createRecentShapes } from './recent-shapes.ts';
import { createScanner, type ScannedRows } from './scanner.ts';
import { createShapeCache } from './shape-cache.ts';
import { createTemplateIds } from './template-ids.ts';
import { renderTokens, WILDCARD } from './token-text.ts';

/**
 * Drain (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree",
 * ICWS 2017) over bytes: a scanner turns each message into hashes of masked tokens, a
 * cache of shapes answers for messages that look like earlier ones, and only what it
 * does not know goes through the tree. It gives exactly the templates and the
 * assignments of `drain.reference.ts`.
 *
 * Two refinements, both measured on the public samples: a token with a mask takes the
 * `<*>` branch as one with a digit does, and a token without a branch of its own gets
 * one while there is room, even where a `<*>` branch exists.
 *
 * @throws CaracalError `E_USAGE` for options out of range, `E_CONFIG` for masks that
 * cannot be compiled
 * @example
 * const parser = createDrain();
 * for await (const batch of reader.batches()) events.push(parser.parse(batch));
 * for (const { id, text, count } of parser.templates()) console.log(id, count, text);
 */
export function createDrain(options: Partial<DrainOptions> = {}, entities: EntityTable = createEntityTable()): Parser {
  return drainFrom({ options: drainOptions(options) }, entities);
}

/**
 * A parser from what `encode` gave.
 *
 * @throws CaracalError `E_MODEL_CORRUPT`
 */
export function restoreDrain(file: ParserFile, entities: EntityTable = createEntityTable()): Parser {
  return drainFrom(decodeDrain(file), entities);
}

// --- internal ---

/** Shapes that are fetched at a time. */
const FETCHED = 64;

function drainFrom(state: DrainState, entityTable: EntityTable): Parser {
  const { options, learned } = state;
  const scanner = createScanner(options.masks, options.delimiters);
  const { kinds } = scanner.automaton;
  const tree = createDrainTree(scanner, options.depth - 2, options.maxChildren);
  const clusters = createClusters(scanner, options.simThreshold, options.maxClusters, options.protectedWords);
  const cache = createShapeCache();
  const recent = createRecentShapes();
  const ids = createTemplateIds();
  // Users are known by words around them, `user=` among those: delimiters must not take them apart.
  const whole = options.entities && options.delimiters !== '' ? createScanner(options.masks) : scanner;
  const entities = createEntityFinder(whole, entityTable);
  if (learned) {
    for (const [parent, token] of learned.nodes) tree.restore(parent, token);
    clusters.restore(learned);
    for (const [id, number] of learned.ids) ids.restore(id, number);
  }

  /** Slot of the cluster of the message in row `row` of the batch, which has learned it; row `i` of `rows` tells of it. */
  const learn = (
    { bytes, start, end }: RecordBatch,
    row: number,
    [shapeA, shapeB]: readonly [number, number],
    rows: ScannedRows,
    i: number,
    onCreated: ((internal: number) => void) | undefined,
  ): number => {
    const entry = cache.find(shapeA, shapeB);
    let slot = entry < 0 ? -1 : cache.slot(entry);
    if (slot >= 0 && cache.version(entry) === clusters.version(slot)) return slot;
    const tokens = scanner.recall(rows, i, start[row]!, end[row]!);
    const leaf = tree.route(tokens, bytes);
    slot = clusters.search(leaf, tokens);
    if (slot < 0) {
      slot = clusters.add(leaf, tokens, bytes);
      onCreated?.(clusters.numberAt(slot));
    } else clusters.generalise(slot, tokens, bytes);
    cache.put(shapeA, shapeB, clusters.version(slot), slot);
    return slot;
  };

  /** The cluster that a message would join. */
  const clusterOf = (bytes: Uint8Array): Cluster | undefined => {
    const tokens = scanner.scan(bytes, 0, bytes.length);
    const leaf = tree.find(tokens);
    const slot = leaf < 0 ? -1 : clusters.search(leaf, tokens);
    const cluster = slot < 0 ? undefined : clusters.get(clusters.numberAt(slot));
    return typeof cluster === 'object' ? cluster : undefined;
  };

  const places = createPlaceList();
  const placesIn = (bytes: Uint8Array, start: number, end: number, cluster: Cluster | undefined): ParameterPlaces => {
    placesOfTokens(scanner, scanner.scan(bytes, start, end), cluster, places);
    return places;
  };

  const templateOf = (number: number): Template => {
    const cluster = clusters.get(number);
    if (cluster === undefined) throw new RangeError(`this parser has given out no template ${number}`);
    return typeof cluster === 'object' ? publish(cluster) : lost(cluster);
  };
  const publish = (cluster: Cluster): Template => {
    const text = renderTokens(cluster.tokens, kinds);
    return { id: ids.publish(cluster.number, text), text, count: cluster.count };
  };
  /** What is left of evicted templates of so many tokens. */
  const lost = (tokens: number): Template => {
    const text = renderTokens(new Array<string>(tokens).fill(WILDCARD), kinds);
    return { id: ids.idOf(text), text, count: clusters.evictedCounts.get(tokens) ?? 0 };
  };

  /** Numbers of the present ids, as of `seen` changes. */
  const current = new Map<string, number>();
  let seen = -1;
  const refresh = (): void => {
    if (clusters.changes === seen) return;
    seen = clusters.changes;
    current.clear();
    for (const cluster of clusters.byUse()) current.set(publish(cluster).id, cluster.number);
  };

  return {
    name: 'drain',
    program: scanner.program,
    parse: (batch, scanned, onCreated) => {
      const { count, bytes, start, end, repeat } = batch;
      const template = new Int32Array(count);
      /** Learns `found` messages from row `from` on, of which the first rows of `rows` tell. */
      const learnRows = (from: number, rows: ScannedRows, found: number): void => {
        const { shapes } = rows;
        let { changes } = clusters;
        /** Of the last `FETCHED` shapes. */
        let unknown = 0;
        for (let i = 0; i < found; i++) {
          if (i % FETCHED === 0) {
            if (unknown > FETCHED / 8) cache.fetch(shapes, i, Math.min(FETCHED, found - i));
            unknown = 0;
          }
          const a = shapes[2 * i]!;
          const b = shapes[2 * i + 1]!;
          let slot = recent.find(a, b, changes);
          if (slot < 0) {
            unknown++;
            slot = learn(batch, from + i, [a, b], rows, i, onCreated);
            changes = clusters.changes;
            recent.put(a, b, changes, slot);
          }
          clusters.touch(slot, repeat[from + i]!);
          template[from + i] = clusters.numberAt(slot);
        }
      };
      if (scanned) learnRows(0, scanned, count);
      else {
        for (let from = 0, found = 0; from < count; from += found) {
          found = scanner.scanRows(bytes, start, end, from);
          learnRows(from, scanner.rows, found);
        }
      }
      const rows = createEntityRows(options.entities ? count : 0);
      for (let row = 0; options.entities && row < count; row++) {
        rows.add(entities.found, entities.find(batch, row, whole.scan(bytes, start[row]!, end[row]!)));
      }
      return columnsOf(batch, template, rows, entityTable);
    },
    match: (message) => clusterOf(encodeUtf8(message))?.number ?? -1,
    parameters: (message): Parameter[] => {
      const bytes = encodeUtf8(message);
      const cluster = clusterOf(bytes);
      return parametersAt(bytes, placesIn(bytes, 0, bytes.length, cluster));
    },
    placesOf: (bytes, start, end, internal) => {
      const cluster = clusters.get(internal);
      return placesIn(bytes, start, end, typeof cluster === 'object' ? cluster : undefined);
    },
    templates: () => {
      const all = clusters.byUse().sort((a, b) => a.number - b.number);
      const published = all.map(publish);
      for (const tokens of [...clusters.evictedCounts.keys()].sort((a, b) => a - b)) published.push(lost(tokens));
      return mergeById(published);
    },
    templateOf,
    resolve: (id) => {
      refresh();
      const number = current.get(id) ?? ids.numberOf(id);
      return number === undefined || clusters.get(number) === undefined ? undefined : templateOf(number);
    },
    get evicted() {
      return clusters.evicted;
    },
    encode: () => {
      for (const cluster of clusters.byUse()) publish(cluster);
      return encodeDrain({
        options,
        learned: {
          nodes: tree.nodes(),
          clusters: clusters.byUse(),
          evicted: clusters.evicted,
          evictedCounts: [...clusters.evictedCounts],
          created: clusters.created,
          ids: ids.entries(),
        },
      });
    },
  };
}
