import { describe, expect, it } from 'vitest';
import { clock, count, cut, duration, neutral, percent, plural, table } from './text.ts';

describe('neutral', () => {
  it.each([
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x1b]0;title\x07', '\\x1b]0;title\\x07'],
    ['\x9b2J', '\\x9b2J'],
    ['a\r\nb\0c\x7f', 'a\\x0d\\x0ab\\x00c\\x7f'],
    ['user\u202egnp.exe', 'user\\u{202e}gnp.exe'],
    ['zero\u200bwidth \ufeff', 'zero\\u{200b}width \\u{feff}'],
    ['line\u2028separator', 'line\\u{2028}separator'],
    ['tab\there', 'tab here'],
  ])('shows %j as text', (hostile, shown) => {
    expect(neutral(hostile)).toBe(shown);
  });

  it('leaves the letters of every language alone', () => {
    for (const text of ['Zürich', 'журнал', 'ログ', '→ – “ok” €', 'a\\x1b']) expect(neutral(text)).toBe(text);
  });
});

describe('table', () => {
  const columns = [
    { title: 'name', cell: (row: { name: string }) => row.name },
    { title: 'length', cell: (row: { name: string }) => String(row.name.length), align: 'right' as const },
    { title: 'again', cell: (row: { name: string }) => row.name },
  ];

  it('aligns its columns', () => {
    expect(table([{ name: 'ab' }, { name: 'abcdefgh' }], columns, 80)).toBe(
      [
        'name      length  again',
        '────────  ──────  ────────',
        'ab             2  ab',
        'abcdefgh       8  abcdefgh',
        '',
      ].join('\n'),
    );
  });

  it('keeps to the width, and shows that something is missing', () => {
    const lines = table([{ name: 'x'.repeat(50) }], columns, 30)
      .trimEnd()
      .split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(30);
    expect(lines.at(-1)).toMatch(/…$/);
  });

  it('leaves each text as much room as the others, and numbers all of theirs', () => {
    const row = table([{ name: 'x'.repeat(500) }], columns, 60).split('\n')[2];
    expect(row).toBe(`${'x'.repeat(24)}…     500  ${'x'.repeat(24)}…`);
  });

  it('neither breaks its rows nor sends escapes for what a cell holds', () => {
    const text = table([{ name: 'two\nlines \x1b[2J' }], columns, 200);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toContain('\x1b');
  });

  it('has a head without rows', () => {
    expect(table([], columns, 80)).toMatch(/^name {2}length {2}again\n/);
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0 s'],
    [89_000, '89 s'],
    [90_000, '2 min'],
    [89 * 60_000, '89 min'],
    [5_400_000, '1 h 30 min'],
    [7_200_000, '2 h'],
    [7_170_000 + 60_000, '2 h 1 min'],
    [172_800_000, '2 d'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0004, '0.0 %'],
    [0.0153, '1.5 %'],
    [0.0998, '10 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('a share of %f is %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it('groups digits and agrees with the noun', () => {
    expect([count(999), count(1000), count(1234567), count(12.6)]).toEqual(['999', '1,000', '1,234,567', '13']);
    expect([plural(0, 'line'), plural(1, 'line'), plural(2, 'line'), plural(2, 'person', 'people')]).toEqual([
      '0 lines',
      '1 line',
      '2 lines',
      '2 people',
    ]);
  });

  it('cuts only what is too long', () => {
    expect([cut('four', 4), cut('fives', 4)]).toEqual(['four', 'fiv…']);
  });

  it('says times in UTC, or that there is none', () => {
    expect(clock(Date.UTC(2017, 2, 30, 15, 54, 17))).toBe('2017-03-30 15:54:17');
    expect(clock(Number.NaN)).toBe('no time');
  });
});
