import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contentId } from '../util/hash.ts';
import { createDrain } from './drain.ts';
import { batchOf } from './records.case.ts';
import { mergedTemplates, mergeTemplateSets, resolveMerged, type TemplateSet, templateSet } from './template-set.ts';

const word = fc.constantFrom('a', 'b', '<*>', 'x=<*>', 'x=1', '<*>=<*>', '<IP>');
const template = fc.record({
  text: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
  count: fc.integer({ min: 1, max: 9 }),
});
const set = fc.array(template, { maxLength: 8 }).map((templates) => templateSet(templates));

/** All that a set says. */
const seen = (one: TemplateSet) => mergedTemplates(one);

it('is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(set, set, set, (a, b, c) => {
      expect(seen(mergeTemplateSets(a, b))).toEqual(seen(mergeTemplateSets(b, a)));
      expect(seen(mergeTemplateSets(mergeTemplateSets(a, b), c))).toEqual(
        seen(mergeTemplateSets(a, mergeTemplateSets(b, c))),
      );
      expect(seen(mergeTemplateSets(a, a))).toEqual(seen(a));
      expect(seen(mergeTemplateSets(a, mergeTemplateSets(a, b)))).toEqual(seen(mergeTemplateSets(a, b)));
    }),
  );
});

it('loses no event, and every old id leads to one template', () => {
  fc.assert(
    fc.property(fc.array(set, { maxLength: 4 }), (sets) => {
      const whole = mergeTemplateSets(...sets);
      const merged = mergedTemplates(whole);
      const events = [...whole.generators.values()].flatMap((counts) => [...counts.values()]);
      expect(merged.reduce((sum, { count }) => sum + count, 0)).toBe(events.reduce((sum, count) => sum + count, 0));
      for (const text of whole.generators.keys()) expect(resolveMerged(merged, contentId([text]))).toBeDefined();
    }),
  );
});

it('puts what one machine saw as a constant under the template of another', () => {
  const [one, other] = [createDrain(), createDrain()];
  one.parse(batchOf(['login of user root ok', 'login of user eve ok']));
  other.parse(batchOf(['login of user bob ok', 'disk is full now']));
  const merged = mergedTemplates(mergeTemplateSets(templateSet(one.templates()), templateSet(other.templates())));
  expect(merged.map(({ text, count }) => [text, count])).toEqual([
    ['disk is full now', 1],
    ['login of user <*> ok', 3],
  ]);
  expect(resolveMerged(merged, contentId(['login of user bob ok']))?.text).toBe('login of user <*> ok');
  expect(resolveMerged(merged, 'never seen')).toBeUndefined();
});

it('keeps apart what no template covers', () => {
  const merged = mergedTemplates(
    templateSet([
      { text: 'port up', count: 1 },
      { text: 'port down', count: 1 },
    ]),
  );
  expect(merged.map(({ text }) => text)).toEqual(['port down', 'port up']);
});
