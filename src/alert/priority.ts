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
  /** Users among its events. */
  readonly users?: number | undefined;
  /** Events it stands for. */
  readonly events: number;
  /** How much the assets it names matter. */
  readonly criticality?: number | undefined;
  /** How old its latest event was when it came, ms. */
  readonly age?: number | undefined;
  /** What analysts said of similar alerts. */
  readonly history?: VerdictCounts | undefined;
}

/** Verdicts on alerts that are alike. */
export interface VerdictCounts {
  /** True positives. */
  readonly confirmed: number;
  /** False positives, and what was expected. */
  readonly dismissed: number;
}

/**
 * Weighs the facts into a score from 0 to 1 and a rank. Every factor is shown with its
 * weight, its value and what it saw, so that a person can disagree with it. What is not
 * known is no factor: the weights of the others are then larger, and always come to 1.
 */
export function prioritise(facts: PriorityFacts): Priority {
  return weigh(FACTORS.map((factor) => seen(factor, facts)));
}

/** A priority with some of its factors seen anew, as when its window grew or a similar alert got a verdict. */
export function reprioritise(priority: Priority, facts: Partial<PriorityFacts>): Priority {
  const before = new Map(priority.factors.map((factor) => [factor.name, factor]));
  return weigh(
    FACTORS.map((factor) => {
      const old = before.get(factor.name);
      return seen(factor, facts) ?? (old ? { ...old, weight: factor.weight } : null);
    }),
  );
}

// --- internal ---

type Seen = Priority['factors'][number];

interface Factor {
  readonly name: string;
  /** Beside those of the others. */
  readonly weight: number;
  /** `null` where its fact is not known. */
  see(facts: Partial<PriorityFacts>): { readonly value: number; readonly note: string } | null;
}

const HOUR = 3_600_000;
/** Hours in which the value of recency halves. */
const HALF_LIFE = 24;

const FACTORS: readonly Factor[] = [
  {
    name: 'surprise',
    weight: 40,
    see: ({ surprise }) =>
      surprise === undefined
        ? null
        : { value: surprise / 4, note: `one normal event in ${Math.round(10 ** surprise)} is as surprising` },
  },
  {
    name: 'corroboration',
    weight: 30,
    see: ({ channels }) =>
      channels === undefined
        ? null
        : {
            value: channels / 2,
            note: channels === 0 ? 'in no window' : `${channels} channel(s) agree in its window`,
          },
  },
  {
    name: 'rarity',
    weight: 10,
    see: ({ entityShare }) =>
      entityShare === undefined
        ? null
        : {
            value: -Math.log10(Math.max(entityShare, 1e-4)) / 4,
            note: `its entity is in ${(entityShare * 100).toPrecision(2)} % of all events`,
          },
  },
  {
    name: 'breadth',
    weight: 10,
    see: ({ hosts, users }) =>
      hosts === undefined
        ? null
        : {
            value: (Math.max(hosts, users ?? 0) - 1) / 4,
            note: users === undefined ? `${hosts} host(s)` : `${hosts} host(s), ${users} user(s)`,
          },
  },
  {
    name: 'burst',
    weight: 10,
    see: ({ events }) =>
      events === undefined ? null : { value: Math.log10(Math.max(1, events)) / 3, note: `${events} event(s)` },
  },
  {
    name: 'criticality',
    weight: 15,
    see: ({ criticality }) =>
      criticality === undefined ? null : { value: criticality, note: `its assets matter ${criticality} of 1` },
  },
  {
    name: 'recency',
    weight: 5,
    see: ({ age }) => {
      if (age === undefined) return null;
      const hours = Math.max(0, Math.floor(age / HOUR));
      const note = hours === 0 ? 'it came within an hour' : `it was ${hours} h old when it came`;
      return { value: 2 ** (-hours / HALF_LIFE), note };
    },
  },
  {
    name: 'history',
    weight: 20,
    see: ({ history }) => {
      if (history === undefined) return null;
      const { confirmed, dismissed } = history;
      const note =
        confirmed + dismissed === 0
          ? 'nobody has judged one like it'
          : `of those like it ${confirmed} confirmed, ${dismissed} dismissed`;
      return { value: (confirmed + 1) / (confirmed + dismissed + 2), note };
    },
  },
];

function seen(factor: Factor, facts: Partial<PriorityFacts>): Seen | null {
  const found = factor.see(facts);
  return found && { name: factor.name, weight: factor.weight, value: unit(found.value), note: found.note };
}

function weigh(all: readonly (Seen | null)[]): Priority {
  const known = all.filter((factor) => factor !== null);
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  const factors = known.map((factor) => ({ ...factor, weight: factor.weight / total }));
  const score = factors.reduce((sum, { weight, value }) => sum + weight * value, 0);
  return { rank: rankOf(score), score, factors };
}

function rankOf(score: number): Priority['rank'] {
  if (score >= 0.8) return 'CRITICAL';
  if (score >= 0.6) return 'HIGH';
  if (score >= 0.4) return 'MEDIUM';
  return score >= 0.2 ? 'LOW' : 'INFO';
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
