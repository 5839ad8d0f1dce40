import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { similarTemplates, templateSimilarity } from './template-similarity.ts';

const template = fc
  .array(fc.constantFrom('open', 'close', 'user', 'for', '<*>', 'port=<NUM>'), { maxLength: 7 })
  .map((words) => words.join(' '));

describe('templateSimilarity', () => {
  it.each([
    ['session closed for user <*>', 'session closed for user <*>', 1],
    // Four words and a placeholder of five and two.
    ['session closed for user <*>', 'pam_unix(sshd:session): session closed for user <*>', (2 * 4.25) / (4.25 + 5.25)],
    ['Accepted password for <*> from <IP>', 'Accepted publickey for <*> from <IP>', (2 * 3.5) / (2 * 4.5)],
    // In order: only one of the two words counts.
    ['open close', 'close open', 0.5],
    ['<*> <NUM> <IP>', '<*> <NUM> <IP>', 0],
    ['open <NUM>', 'shut <NUM>', 0],
    ['a b a b', 'b a b a', 0.75],
    ['open', '', 0],
    ['', '', 0],
  ])('of %j and %j', (a, b, similarity) => {
    expect(templateSimilarity(a, b)).toBeCloseTo(similarity, 10);
  });

  it('is the same either way, between 0 and 1, and 1 for a template with a word and itself', () => {
    fc.assert(
      fc.property(template, template, (a, b) => {
        const similarity = templateSimilarity(a, b);
        expect(similarity).toBeCloseTo(templateSimilarity(b, a), 10);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect(templateSimilarity(a, a)).toBe(/\w/.test(a.replace(/\S*<[^>]*>/g, '')) ? 1 : 0);
      }),
    );
  });
});

describe('similarTemplates', () => {
  it('finds what comparing with each would find', () => {
    fc.assert(
      fc.property(fc.array(template, { maxLength: 12 }), template, (texts, text) => {
        const similarities = texts.map((other) => templateSimilarity(text, other));
        const most = Math.max(0, ...similarities);
        const found = similarTemplates(texts).mostSimilar(text);
        expect(found?.similarity ?? 0).toBe(most);
        if (found) expect(found.place).toBe(similarities.indexOf(most));
      }),
    );
  });
});
