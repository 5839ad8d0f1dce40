/**
 * How much two templates have in common, from 0 to 1: twice the weight of their longest
 * common subsequence of words over the weight of both (Dice's coefficient, in order).
 * Words in which a placeholder stands (`<*>`, `<IP>`, `port=<NUM>`) weigh a quarter of a
 * word, for they say little of what a line means; templates without a word in common have
 * nothing in common, whatever their placeholders.
 *
 * @example
 * templateSimilarity('Accepted password for <*> from <IP>', 'Accepted publickey for <*> from <IP>'); // 0.78
 */
export function templateSimilarity(a: string, b: string): number {
  return similarity(prepare(a), prepare(b));
}

/** Finds among the same templates again and again. */
export interface SimilarTemplates {
  /** Place of the most similar template, of several the first, and how similar it is; `null` where none is at all. */
  mostSimilar(text: string): { readonly place: number; readonly similarity: number } | null;
}

/** Prepares templates to be searched by `templateSimilarity`. */
export function similarTemplates(texts: readonly string[]): SimilarTemplates {
  const prepared = texts.map(prepare);
  return {
    mostSimilar(text) {
      const wanted = prepare(text);
      let best: { place: number; similarity: number } | null = null;
      prepared.forEach((candidate, place) => {
        const least = best?.similarity ?? 0;
        if (mostPossible(wanted, candidate) <= least) return;
        const found = similarity(wanted, candidate);
        if (found > least) best = { place, similarity: found };
      });
      return best;
    },
  };
}

// --- internal ---

const WORD = 1;
const PLACEHOLDER = 0.25;

interface Prepared {
  readonly words: readonly string[];
  readonly distinct: ReadonlySet<string>;
  /** Of each word. */
  readonly weights: readonly number[];
  readonly total: number;
}

function prepare(template: string): Prepared {
  const words = template.split(/\s+/).filter((word) => word !== '');
  const weights = words.map((word) => (/<[^<>\s]+>/.test(word) ? PLACEHOLDER : WORD));
  return { words, distinct: new Set(words), weights, total: weights.reduce((sum, weight) => sum + weight, 0) };
}

/** What no order of the words could exceed. */
function mostPossible(a: Prepared, b: Prepared): number {
  let common = 0;
  for (let i = 0; i < a.words.length; i++) if (b.distinct.has(a.words[i]!)) common += a.weights[i]!;
  return (2 * common) / (a.total + b.total);
}

function similarity(a: Prepared, b: Prepared): number {
  const common = commonPlaces(a, b).map((i) => a.weights[i]!);
  if (!common.includes(WORD)) return 0;
  return (2 * common.reduce((sum, weight) => sum + weight, 0)) / (a.total + b.total);
}

/** Places in `a` of the heaviest common subsequence. */
function commonPlaces({ words: a, weights }: Prepared, { words: b }: Prepared): number[] {
  const width = b.length + 1;
  const best = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const skip = Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
      best[i * width + j] = a[i] === b[j] ? Math.max(skip, weights[i]! + best[(i + 1) * width + j + 1]!) : skip;
    }
  }
  const places: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j] && best[i * width + j] === weights[i]! + best[(i + 1) * width + j + 1]!) {
      places.push(i++);
      j++;
    } else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++;
    else j++;
  }
  return places;
}
