import type { Detector } from './detector.ts';
import { flagEverything } from './flag-everything.ts';
import { floorDetector } from './floor.ts';

/**
 * The floors every model is held against: if one of them does as well, the model has
 * earned nothing. N-grams see the session's begin `^` and, when it is closed, its end `$`.
 */
const ngram = (name: string, n: number): Detector =>
  floorDetector({
    name,
    source: 'Forrest et al., "A sense of self for Unix processes", 1996 (stide)',
    facts: (keys, closed) => {
      const padded = [...Array<string>(n - 1).fill('^'), ...keys, ...(closed ? ['$'] : [])];
      return padded.slice(n - 1).map((_, i) => padded.slice(i, i + n).join(' '));
    },
  });

/** Every key that training never showed. */
export const unseenKey = ngram('unseen-key', 1);

/** Every pair of successive keys that training never showed. */
export const unseenBigram = ngram('unseen-bigram', 2);

/** Every run of three keys that training never showed. */
export const unseenTrigram = ngram('unseen-trigram', 3);

/** Every sequence whose counts per key, in any order, training never showed. */
export const unseenCountVector = floorDetector({
  name: 'unseen-count-vector',
  source:
    'Landauer et al., "A critical review of common log data sets used for evaluation of sequence-based anomaly detection", 2024',
  facts: (keys) => [[...keys].sort().join(' ')],
});

/** The floors in the order they are reported. They need no threshold: any score above 0 is an anomaly. */
export const floors = { flagEverything, unseenKey, unseenBigram, unseenTrigram, unseenCountVector } as const;
