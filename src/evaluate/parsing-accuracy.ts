/** How well a parser does against known templates: shares from 0 to 1. */
export interface ParsingAccuracy {
  /** Grouping accuracy: share of messages whose group is exactly one group of the truth. */
  readonly ga: number;
  /** F1 of whole groups found. */
  readonly fga: number;
  /** Parsing accuracy: share of messages with exactly the true template. */
  readonly pa: number;
  /** F1 of templates that are exactly right for all their messages. */
  readonly fta: number;
  /** Templates of the parser and of the truth. */
  readonly found: number;
  readonly expected: number;
}

/**
 * Grouping and parsing accuracy as Loghub-2.0 defines them (Jiang et al., "A
 * Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024). Groups are compared
 * by template as it stands, texts after `normaliseTemplate` on both sides.
 *
 * @param found template of each message by the parser
 * @param truth template of each message in the ground truth, in the same order
 */
export function parsingAccuracy(found: readonly string[], truth: readonly string[]): ParsingAccuracy {
  const groups = grouped(found, truth);
  const expected = grouped(truth, found);
  let messages = 0;
  let exact = 0;
  for (const [template, { size, others }] of expected) {
    const [only] = others;
    if (only === undefined || others.size > 1 || groups.get(only)?.size !== size) continue;
    if (groups.get(only)?.others.has(template)) {
      messages += size;
      exact++;
    }
  }
  const normalFound = mapDistinct(found);
  const normalTruth = mapDistinct(truth);
  const texts = grouped(normalFound, normalTruth);
  const right = [...texts].filter(([text, { others }]) => others.size === 1 && others.has(text)).length;
  const equal = normalFound.filter((text, i) => text === normalTruth[i]).length;
  return {
    ga: share(messages, truth.length),
    fga: f1(exact, groups.size, expected.size),
    pa: share(equal, truth.length),
    fta: f1(right, texts.size, new Set(normalTruth).size),
    found: groups.size,
    expected: expected.size,
  };
}

/**
 * A template in the form in which Loghub-2.0 compares texts: typed masks such as `<IP>`
 * are `<*>`; runs of blanks are one; digits alone, and words that hold a wildcard, are
 * `<*>` between delimiters; and neighbouring wildcards are one.
 */
export function normaliseTemplate(template: string): string {
  let text = template
    .replace(/<[A-Z][A-Z0-9_]*>/g, '<*>')
    .trim()
    .replace(/\s+/g, ' ')
    .split(/([\s,!;:=|"'[\](){}.\-+@#$%&])/)
    .map((part) => (/^\d+$/.test(part) || /^[^\s/]*<\*>[^\s/]*$/.test(part) ? '<*>' : part))
    .join('');
  for (const [pattern, replacement] of NEIGHBOURS) {
    for (let before = ''; before !== text; ) {
      before = text;
      text = text.replaceAll(pattern, replacement);
    }
  }
  return text;
}

// --- internal ---

const NEIGHBOURS: readonly (readonly [pattern: string, replacement: string])[] = [
  ['<*>.<*>', '<*>'],
  ['<*><*>', '<*>'],
  [' #<*># ', ' <*> '],
  [' #<*> ', ' <*> '],
  ['<*>:<*>', '<*>'],
  ['<*>#<*>', '<*>'],
  ['<*>/<*>', '<*>'],
  ['<*>@<*>', '<*>'],
  ['<*>.<*>', '<*>'],
  [' "<*>" ', ' <*> '],
  [" '<*>' ", ' <*> '],
  ['<*><*>', '<*>'],
];

/** For each value of `own`: how many messages have it, and which values of `other` they have. */
function grouped(own: readonly string[], other: readonly string[]) {
  const groups = new Map<string, { size: number; readonly others: Set<string> }>();
  own.forEach((value, i) => {
    const group = groups.get(value) ?? { size: 0, others: new Set<string>() };
    group.size++;
    group.others.add(other[i] ?? '');
    groups.set(value, group);
  });
  return groups;
}

function mapDistinct(templates: readonly string[]): string[] {
  const normal = new Map([...new Set(templates)].map((template) => [template, normaliseTemplate(template)]));
  return templates.map((template) => normal.get(template) ?? '');
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function f1(right: number, found: number, expected: number): number {
  return found + expected === 0 ? 0 : (2 * right) / (found + expected);
}
