import type { EventColumns, Parameter, RecordBatch, Template } from '../types.ts';
import type { ParameterPlaces } from './parameter-places.ts';
import type { ScannedRows } from './scanner.ts';
import type { ScannerProgram } from './scanner-instance.ts';

/**
 * Turns messages into events: a template (log key) and its parameters. A parser
 * learns from every record it is given. Inside a run a template is known by a number
 * that never changes, while its text may generalise; its public id is a hash of its
 * text. Implementations run the conformance suite `parser.case.ts`.
 */
export interface Parser {
  /** Name on the command line, such as `drain`. */
  readonly name: string;
  /** What another thread scans messages for it with. */
  readonly program: ScannerProgram;
  /**
   * Learns from a batch and says which template each record belongs to.
   *
   * @param scanned what another thread has found in its messages already, with this parser's program
   * @param onCreated told the number of a template the moment that its first message makes it
   */
  parse(batch: RecordBatch, scanned?: ScannedRows, onCreated?: (internal: number) => void): EventColumns;
  /** Number of the template that a message would join, -1 where it would make a new one. Learns nothing. */
  match(message: string): number;
  /** The variable parts of a message, in their order; those of the masks alone where no template matches. */
  parameters(message: string): Parameter[];
  /** Where the variable parts of the message `bytes[start, end)` (UTF-8) of the template with this number stand; it holds until the next call. */
  placesOf(bytes: Uint8Array, start: number, end: number, internal: number): ParameterPlaces;
  /**
   * Every template there is, with its final id, in the order of first appearance.
   * Numbers that have come to the same text are one template.
   */
  templates(): Template[];
  /** Template of a number from `EventColumns.template` or `match`. */
  templateOf(internal: number): Template;
  /** Template with this id, or the one that a template with this id has become since it was published. */
  resolve(id: string): Template | undefined;
  /** Templates that had to be given up because there were more than the bound. */
  readonly evicted: number;
  /** Files that only this kind of parser writes, by their names. */
  files?(): ReadonlyMap<string, string>;
  /** The parser with all it has learned, as JSON text (`parser.json`). */
  encode(): Uint8Array;
}
