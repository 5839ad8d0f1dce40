import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { caracal, expectCounted, type Run } from './support/cli.ts';
import { expectRawLines, unpacked } from './support/raw-lines.ts';
import { dataFolder, needs } from './support/requirements.ts';

/** A span of time as ISO 8601, UTC. */
interface Span {
  readonly start: string;
  readonly end: string;
}

needs('data')('a scan of a real auth.log of 24 days', () => {
  const file = join(dataFolder, 'auth/elastic_auth.log.gz');
  const truth = join(dataFolder, 'auth/elastic_auth.windows.json');
  const { windows: attacks }: { windows: (Span & { name: string })[] } = JSON.parse(readFileSync(truth, 'utf8'));
  let run: Run;
  beforeAll(async () => {
    run = await caracal(['scan', file, '--year', '2017', '--json']);
  }, 150_000);

  it.each([
    [0, 3],
    [1, 10],
  ])('has attack %i in one of its first %i windows', (attack, most) => {
    const { start, end } = attacks[attack] as Span;
    const found = run.ofType('window').findIndex((window) => overlaps(window as unknown as Span, { start, end }));
    expect(found).toBeGreaterThanOrEqual(0);
    expect(found).toBeLessThan(most);
  });

  it('asks for few hours and few lines', () => {
    expectCounted(run);
    const { lines, windows, timeShare, lineShare } = run.summary();
    expect(lines).toBe(7121);
    expect(windows).toBeLessThanOrEqual(25);
    expect(timeShare).toBeLessThanOrEqual(0.03);
    expect(lineShare).toBeLessThanOrEqual(0.2);
  });

  it('leads back to the right bytes', () => {
    for (const result of run.json()) {
      if ('lines' in result && result.type !== 'summary') expect(expectRawLines(result, unpacked)).toBeGreaterThan(0);
    }
  });
});

// --- internal ---

function overlaps(a: Span, b: Span): boolean {
  return Date.parse(a.start) <= Date.parse(b.end) && Date.parse(a.end) >= Date.parse(b.start);
}
