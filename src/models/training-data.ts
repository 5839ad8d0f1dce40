import type { SequenceSet } from '../types.ts';
import { sha256Hex } from '../util/hash.ts';

/**
 * SHA-256 over the keys of the sequences in their order: what a manifest says a model
 * was trained on.
 */
export function trainingDataHash(set: SequenceSet): string {
  const lines: string[] = [];
  for (let s = 0; s < set.count; s++) {
    const names = Array.from(set.keys.subarray(set.offsets[s], set.offsets[s + 1]), (key) => set.keyNames[key]);
    lines.push(names.join(' '));
  }
  return sha256Hex(new TextEncoder().encode(lines.join('\n')));
}
