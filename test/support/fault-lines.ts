import { createRng } from '../../src/util/rng.ts';

/** When the first line was written. */
export const BEGIN = Date.UTC(2026, 3, 20, 10);

/**
 * Lines of a shop that answers requests, three at a time, each line with its own number,
 * seconds apart; and floods of lines that are like none in training.
 *
 * @param floods share of the lines after which one begins; training has none
 */
export function faultLines(count: number, seed: number, floods = 0): string[] {
  const rng = createRng(seed);
  const steps = new Map<number, number>();
  let flood = 0;
  let time = BEGIN;
  return Array.from({ length: count }, (_, i) => {
    if (flood === 0 && i > 20 && rng.next() < floods) flood = FLOOD;
    if (flood > 0) {
      flood--;
      time += 20;
      const message = STRANGE[flood % 4 === 0 ? rng.int(STRANGE.length) : 0];
      return `${new Date(time).toISOString()} web1 shop[66]: ${message} line ${i}`;
    }
    time += 1000;
    const request = 1000 + 3 * Math.floor(i / (3 * STEPS.length)) + (i % 3);
    const step = steps.get(request) ?? 0;
    steps.set(request, step + 1);
    return `${new Date(time).toISOString()} web${request % 2} shop[${request}]: ${STEPS[step]} line ${i}`;
  });
}

/** The number of a line. */
export function numberOf(text: string): number {
  return Number(text.slice(text.lastIndexOf(' ') + 1));
}

// --- internal ---

const STEPS = ['new request', 'cart was read from cache', 'payment of customer went well', 'answered and closed it'];
const FLOOD = 120;
const STRANGE = [
  'signature is wrong for user mallory',
  'core dumped',
  'shell opened from 10.0.0.66',
  'audit log of all was cleared',
  'key was sent to 10.0.0.66',
];
