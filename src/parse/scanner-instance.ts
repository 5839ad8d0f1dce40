import { wasmInstance, wasmModule } from '../util/wasm.ts';
import { compileMasks, type MaskAutomaton } from './mask-automaton.ts';
import type { MaskRule } from './masks.ts';
import { layoutFor, type ScannerLayout } from './scanner-layout.ts';
import { assembleScanner } from './scanner-program.ts';

/**
 * All that a scanner is made of. It can be sent to other threads, whose scanners then
 * find the same hashes.
 */
export interface ScannerProgram {
  readonly masks: readonly MaskRule[];
  readonly delimiters: string;
  readonly automaton: MaskAutomaton;
  readonly layout: ScannerLayout;
  /** A `WebAssembly.Module`. */
  readonly module: object;
  readonly seed: bigint;
}

/** What the module exports; see `scanner-program.ts`. */
export interface ScannerInstance {
  readonly memory: { readonly buffer: ArrayBuffer };
  classify(length: number): void;
  scan(at: number, end: number, delta: number): number;
  shapes(rows: number, delta: number): void;
}

/**
 * The program for these masks, and characters that separate tokens as blanks do. Compiling
 * takes a tenth of a second, once per list of masks is enough.
 *
 * @throws CaracalError `E_CONFIG` for masks that cannot be compiled
 */
export function scannerProgram(masks: readonly MaskRule[], delimiters = ''): ScannerProgram {
  const ofMasks = programs.get(masks) ?? new Map<string, ScannerProgram>();
  programs.set(masks, ofMasks);
  const known = ofMasks.get(delimiters);
  if (known) return known;
  const automaton = compileMasks(masks, delimiters);
  const layout = layoutFor(automaton);
  const module = wasmModule(assembleScanner(automaton, layout, seed));
  const made = { masks, delimiters, automaton, layout, module, seed };
  ofMasks.set(delimiters, made);
  return made;
}

/** The module with a memory of its own. */
export function instantiate(module: object): ScannerInstance {
  return wasmInstance(module) as ScannerInstance;
}

// --- internal ---

/** Another one in every process, so that nobody can prepare lines that collide. */
const seed = (crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n) | 1n;
const programs = new WeakMap<readonly MaskRule[], Map<string, ScannerProgram>>();
