import type { JudgedLine } from '../../src/service/index.ts';

/** What follows what in sequences of log keys: the simplest model that can say what it expected. */
export interface BigramModel {
  readonly threshold: number;
  /** Judges keys in their order, the end too where the session is closed. */
  judge(keys: readonly string[], lines: readonly string[] | null, closed: boolean, topK: number): JudgedLine[];
}

/** Counts sequences; `$` ends one. */
export function bigramModel(
  sequences: readonly (readonly string[])[],
  templateText: (id: string) => string,
): BigramModel {
  const follows = new Map<string, Map<string, number>>();
  for (const keys of sequences) {
    let before = '^';
    for (const key of [...keys, '$']) {
      const next = follows.get(before) ?? new Map<string, number>();
      next.set(key, (next.get(key) ?? 0) + 1);
      follows.set(before, next);
      before = key;
    }
  }
  const judgeOne = (before: string, template: string, line: string | null, topK: number): JudgedLine => {
    const next = [...(follows.get(before) ?? [])].sort((a, b) => b[1] - a[1]);
    const total = next.reduce((sum, [, count]) => sum + count, 0);
    const rank = next.findIndex(([key]) => key === template) + 1 || next.length + 1;
    const p = ((follows.get(before)?.get(template) ?? 0) + 0.01) / (total + 1);
    const nll = -Math.log(p);
    const flagged = nll > THRESHOLD;
    return {
      ...{ line, template, templateText: template === '$' ? '$' : templateText(template), nll, rank },
      severity: nll > 1.4 * THRESHOLD ? 'HIGH' : flagged ? 'MED' : 'NONE',
      flags: flagged ? ['key'] : [],
      expected: next
        .slice(0, topK)
        .map(([key, count]) => ({ template: key, p: count / total, text: templateText(key) })),
      parameters: [],
    };
  };
  return {
    threshold: THRESHOLD,
    judge: (keys, lines, closed, topK) =>
      [...keys, ...(closed ? ['$'] : [])].map((key, i) => judgeOne(keys[i - 1] ?? '^', key, lines?.[i] ?? null, topK)),
  };
}

// --- internal ---

/** Nats. */
const THRESHOLD = 6;
