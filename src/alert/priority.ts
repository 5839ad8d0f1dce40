import type { Priority } from '../types.ts';

/** What is known of an alert when it is ranked. Every share is from 0 to 1. */
export interface PriorityFacts {
  /** -log10 of the tail probability of its most surprising event. */
  readonly surprise: number;
  /** Channels that agree in the window it lies in; 0 outside windows. */
  readonly channels: number;
  /** Share of all events that name its entity; 1 without an entity. */
  readonly entityShare: number;
  /** Hosts among its events. */
  readonly hosts: number;
  /** Events it stands for. */
  readonly events: number;
}

const WEIGHTS = { surprise: 0.4, corroboration: 0.3, rarity: 0.1, breadth: 0.1, burst: 0.1 } as const;

/**
 * Weighs the facts into a score from 0 to 1 and a rank. Every factor is shown with its
 * weight, its value and what it saw, so that a person can disagree with it.
 */
export function prioritise(facts: PriorityFacts): Priority {
  const factors = [
    {
      name: 'surprise',
      weight: WEIGHTS.surprise,
      value: unit(facts.surprise / 4),
      note: `one normal event in ${Math.round(10 ** facts.surprise)} is as surprising`,
    },
    {
      name: 'corroboration',
      weight: WEIGHTS.corroboration,
      value: unit(facts.channels / 2),
      note: facts.channels === 0 ? 'in no window' : `${facts.channels} channel(s) agree in its window`,
    },
    {
      name: 'rarity',
      weight: WEIGHTS.rarity,
      value: unit(-Math.log10(Math.max(facts.entityShare, 1e-4)) / 4),
      note: `its entity is in ${(facts.entityShare * 100).toPrecision(2)} % of all events`,
    },
    {
      name: 'breadth',
      weight: WEIGHTS.breadth,
      value: unit((facts.hosts - 1) / 4),
      note: `${facts.hosts} host(s)`,
    },
    {
      name: 'burst',
      weight: WEIGHTS.burst,
      value: unit(Math.log10(facts.events) / 3),
      note: `${facts.events} event(s)`,
    },
  ];
  const score = factors.reduce((sum, { weight, value }) => sum + weight * value, 0);
  return { rank: rankOf(score), score, factors };
}

// --- internal ---

function rankOf(score: number): Priority['rank'] {
  if (score >= 0.8) return 'CRITICAL';
  if (score >= 0.6) return 'HIGH';
  if (score >= 0.4) return 'MEDIUM';
  return score >= 0.2 ? 'LOW' : 'INFO';
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
