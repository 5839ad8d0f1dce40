/**
 * Longest common subsequences of word numbers. 0 is the wildcard, which equals nothing.
 */

/**
 * Length of the longest common subsequence, 32 words at a time: each bit of a column is
 * a place where the length grows (Hyyrö, "Bit-Parallel LCS-length Computation
 * Revisited", 2004).
 */
export function commonLength(a: Int32Array, b: Int32Array): number {
  const blocks = (a.length + 31) >>> 5;
  let length = 0;
  const carries = new Uint8Array(b.length);
  for (let block = 0; block < blocks; block++) {
    const first = block * 32;
    const last = Math.min(a.length, first + 32);
    let v = -1;
    for (let j = 0; j < b.length; j++) {
      const word = b[j]!;
      let matches = 0;
      if (word !== 0) for (let i = first; i < last; i++) if (a[i] === word) matches |= 1 << (i - first);
      const u = v & matches;
      const sum = (v >>> 0) + (u >>> 0) + carries[j]!;
      carries[j] = sum > 0xffffffff ? 1 : 0;
      v = sum | (v & ~matches);
    }
    for (let i = 0; i < last - first; i++) if ((v & (1 << i)) === 0) length++;
  }
  return length;
}

/**
 * Pairs of places of one longest common subsequence, flat: `[a0, b0, a1, b1, ...]`.
 * Of several the one that takes equal words as soon as it meets them, and passes over
 * words of `a` before words of `b` where either would do.
 */
export function commonPlaces(a: Int32Array, b: Int32Array): number[] {
  const places: number[] = [];
  let i = 0;
  while (i < a.length && a[i] === b[i] && a[i] !== 0) places.push(i, i++);
  let j = i;
  const width = b.length + 1;
  const cells = (a.length + 1) * width;
  if (cells > lengths.length) lengths = new Uint16Array(2 * cells);
  for (let row = j; row <= a.length; row++) lengths[row * width + b.length] = 0;
  lengths.fill(0, a.length * width, cells);
  const first = j;
  for (let i = a.length - 1; i >= first; i--) {
    for (let j = b.length - 1; j >= first; j--) {
      lengths[i * width + j] =
        a[i] === b[j] && a[i] !== 0
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  while (i < a.length && j < b.length) {
    if (a[i] === b[j] && a[i] !== 0) places.push(i++, j++);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return places;
}

/**
 * What a template and a line have in common, with wildcards where they differ: as many as
 * words where both have the same number of them, one where they do not. A template that
 * fits the line word by word is left as it is.
 */
export function generalised(a: Int32Array, b: Int32Array): Int32Array {
  if (a.length === b.length && a.every((word, i) => word === 0 || word === b[i])) return a;
  const places = commonPlaces(a, b);
  const words: number[] = [];
  let i = 0;
  let j = 0;
  const gap = (nextI: number, nextJ: number): void => {
    const wildcards = nextI - i === nextJ - j ? nextI - i : 1;
    for (let k = 0; k < wildcards; k++) words.push(0);
  };
  for (let at = 0; at < places.length; at += 2) {
    gap(places[at]!, places[at + 1]!);
    i = places[at]! + 1;
    j = places[at + 1]! + 1;
    words.push(a[i - 1]!);
  }
  gap(a.length, b.length);
  return Int32Array.from(words);
}

// --- internal ---

/** Room for the lengths of the subsequences behind each pair of places. */
let lengths = new Uint16Array(4096);
