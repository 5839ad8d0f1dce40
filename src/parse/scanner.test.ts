import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeUtf8 } from '../util/utf8.ts';
import { defaultMasks, type MaskRule } from './masks.ts';
import { createScanner, type ScannedRows } from './scanner.ts';
import { kindsOf, renderTokens } from './token-text.ts';
import { createReferenceTokenizer } from './tokens.reference.ts';

const pieces = [
  ...[
    '10.0.0.1',
    '::1',
    'fe80::1',
    '1:2:3:4:5:6:7:8',
    '2017-05-16',
    '13:53:08',
    '.123',
    'T',
    'Z',
    '+02:00',
    '0x1f',
    'Mar',
  ],
  ...[
    'deadbeef01',
    '12',
    '5ms',
    '-7',
    '3.14',
    'blk_',
    'user',
    'Ä',
    '/usr/bin',
    '~/x',
    'C:\\a',
    'a@b.org',
    'http://',
    'x.y',
  ],
  ...[
    '6e0a7e5a-2f0e-4b7e-9c1d-0123456789ab',
    'aa:bb:cc:dd:ee:ff',
    ' ',
    '  ',
    '\t',
    '=',
    ':',
    '.',
    '-',
    '_',
    '/',
    '"',
    '(',
    ')',
  ],
  ...[
    '27',
    '20',
    'Dec',
    ' 4 ',
    'Sun',
    '<*>',
    '<IP>',
    '0',
    'a',
    'f',
    '\\',
    '@',
    '\u00e9',
    '\0',
    'word',
    'X'.repeat(130),
  ],
];
const message = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => encodeUtf8(parts.join(''))),
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.constantFrom(...'0123456789abcdefT:.-/_@ =+Z'), { maxLength: 40 })
    .map((parts) => encodeUtf8(parts.join(''))),
);

const scanner = createScanner(defaultMasks);
const reference = createReferenceTokenizer(defaultMasks);
const scanned = (bytes: Uint8Array): string[] =>
  Array.from({ length: scanner.scan(bytes, 0, bytes.length) }, (_, token) => scanner.textOf(bytes, token));
const masked = (text: string): string => renderTokens(scanned(encodeUtf8(text)), kindsOf(defaultMasks));

it('finds the tokens that the specification names', () => {
  fc.assert(
    fc.property(message, (bytes) => {
      const tokens = scanned(bytes);
      expect(tokens).toEqual(reference(bytes));
      tokens.forEach((text, token) => {
        expect([...scanner.hashes.subarray(2 * token, 2 * token + 2)]).toEqual([...scanner.hashesOf(text)]);
        expect(scanner.isVariable(token)).toBe(/[0-9\u0100-\u01ff]/.test(text));
      });
    }),
    { numRuns: 3000 },
  );
});

it('hashes messages alike exactly when their masked tokens are alike', () => {
  const shapeOf = (bytes: Uint8Array): string => {
    scanner.scan(bytes, 0, bytes.length);
    return scanner.found.slice(0, 2).join();
  };
  fc.assert(
    fc.property(message, message, (one, other) => {
      expect(shapeOf(one) === shapeOf(other)).toBe(scanned(one).join('\n') === scanned(other).join('\n'));
    }),
    { numRuns: 1000 },
  );
});

it.each([
  [
    'Accepted publickey for ubuntu from 85.245.107.41 port 54259 ssh2',
    'Accepted publickey for ubuntu from <IP> port <NUM> ssh2',
  ],
  ['rhost=68.182.39.76  user=root', 'rhost=<IP> user=root'],
  ['Receiving block blk_-1608999687919862906 src: /10.250.19.102:54106', 'Receiving block <BLOCK> src: /<IP>:<NUM>'],
  ['at 2017-05-16 00:00:00.008 and Mar 27 13:06:56, done', 'at <TIME> and <TIME>, done'],
  ['COMMAND=/bin/cat ../x/y.z /etc/shadow.', 'COMMAND=<PATH> <PATH> <PATH>.'],
  ['id 6e0a7e5a-2f0e-4b7e-9c1d-0123456789ab mac aa:bb:cc:dd:ee:ff', 'id <UUID> mac <MAC>'],
  ['MAC=ff:ff:ff:ff:ff:ff:a4:bb:6d:c0:5e:e8:08:00 SRC=10.0.0.1', 'MAC=<MAC> SRC=<IP>'],
  ['a4:bb:6d:c0:5e:e8:f8:b1 2001:db8:0:0:0:0:0:1', '<MAC> <IP>'],
  ['mail from Bob.B@mail.example.org, http://x.org/a?b=1).', 'mail from <EMAIL>, <URL>).'],
  ['fe80::1ff:fe23 ::1 std::vector 54fadb412c4e40cdbaed 0xDEAD', '<IP> <IP> std::vector <HEX> <HEX>'],
  ['part-00123 took 10ms, -5 of 3.5GB', 'part-<NUM> took <NUM>, <NUM> of <NUM>'],
  ['a <IP> b <*>', 'a <IP> b <*>'],
])('masks %s', (text, expected) => {
  expect(masked(text)).toBe(expected);
});

it('never takes text for a mask', () => {
  expect(scanned(encodeUtf8('<IP>'))).not.toEqual(scanned(encodeUtf8('10.0.0.1')));
  expect(scanned(encodeUtf8('<*>'))).not.toEqual(['\u01ff']);
});

it('keeps within its bounds on endless messages and tokens', () => {
  for (const text of ['a '.repeat(100_000), 'x'.repeat(100_000), '1,'.repeat(50_000), `${'ab '.repeat(249)}c d`]) {
    const bytes = encodeUtf8(text);
    expect(scanned(bytes)).toEqual(reference(bytes));
    expect(scanned(bytes).length).toBeLessThanOrEqual(250);
  }
});

it('finds the same in a large batch, in any order', () => {
  const lines = Array.from(
    { length: 9000 },
    (_, i) => `${'w'.repeat(i % 90)} from 10.0.${i % 256}.1 user=u${i} /x/${i}.log @${i}`,
  );
  const bytes = encodeUtf8(lines.join('\n'));
  const starts = lines.map(() => 0);
  for (let i = 1; i < lines.length; i++) starts[i] = (starts[i - 1] ?? 0) + (lines[i - 1] ?? '').length + 1;
  const tokensOf = (i: number): string[] => {
    const start = starts[i] ?? 0;
    const tokens = scanner.scan(bytes, start, start + (lines[i] ?? '').length);
    return Array.from({ length: tokens }, (_, token) => scanner.textOf(bytes, token));
  };
  const rows = [...lines.keys()];
  for (const i of [...rows, ...rows.reverse()].filter((row) => row % 7 === 0)) {
    expect(tokensOf(i)).toEqual(reference(encodeUtf8(lines[i] ?? '')));
  }
});

it('takes the masks of its user', () => {
  const masks: MaskRule[] = [{ kind: 'JOB', pattern: 'job-(?:[a-z]{2,3}|\\d+)' }];
  const own = createScanner(masks);
  const bytes = encodeUtf8('start job-12 job-abc job-a job-abcd xjob-12');
  const tokens = Array.from({ length: own.scan(bytes, 0, bytes.length) }, (_, token) => own.textOf(bytes, token));
  expect(renderTokens(tokens, ['JOB'])).toBe('start <JOB> <JOB> job-a job-abcd xjob-12');
});

it('separates tokens at delimiters as at blanks', () => {
  const delimited = fc.oneof(
    message,
    fc
      .array(fc.constantFrom(...pieces, 'k=v', 'a:b:', '=1', '::', 'x.y', 'user=root,', 'a/b'), { maxLength: 14 })
      .map((parts) => encodeUtf8(parts.join(''))),
  );
  for (const delimiters of ['=', ':=', './', ',-_', '@:', '\0"']) {
    const own = createScanner(defaultMasks, delimiters);
    const obvious = createReferenceTokenizer(defaultMasks, delimiters);
    fc.assert(
      fc.property(fc.array(delimited, { minLength: 1, maxLength: 8 }), (messages) => {
        const batch = placed(messages);
        const expected = messages.map(obvious);
        own.scanRows(batch.bytes, batch.start, batch.end, 0);
        let token = 0;
        const hashes = expected.map((tokens) =>
          tokens.map(() => [...own.rows.hashes.subarray(2 * token, 2 * ++token)]),
        );
        messages.forEach((bytes, row) => {
          const tokens = own.scan(bytes, 0, bytes.length);
          expect(Array.from({ length: tokens }, (_, i) => own.textOf(bytes, i))).toEqual(expected[row]);
          expect(expected[row]?.map((text) => [...own.hashesOf(text)])).toEqual(hashes[row]);
          expect(own.rows.tokens[row]).toBe(expected.slice(0, row + 1).flat().length);
        });
      }),
      { numRuns: 200 },
    );
  }
});

it.each([
  ['=', 'user=root rhost=10.0.0.1  uid==0', 'user root rhost <IP> uid <NUM>'],
  [':', 'at 12:13:14 error:E5: ::1', 'at <TIME> error E5 <NUM>'],
  ['/', 'in /usr/bin/perl 1/2', 'in usr bin perl <NUM> <NUM>'],
])('makes no difference between %j and a blank but within masks', (delimiters, text, expected) => {
  const own = createScanner(defaultMasks, delimiters);
  const bytes = encodeUtf8(text);
  const tokens = Array.from({ length: own.scan(bytes, 0, bytes.length) }, (_, token) => own.textOf(bytes, token));
  expect(renderTokens(tokens, kindsOf(defaultMasks))).toBe(expected);
});

it.each(['(a', 'a)', '[a', 'a**', 'a{3', '\\q', 'a*', '', 'ä'])('refuses the mask pattern %j', (pattern) => {
  expect(() => createScanner([{ kind: 'X', pattern }])).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
});

const digits = fc.constantFrom(
  ...'0 1 7 00 01 10 0x1f 00x1f 10x1 x86_64 ssh2 a0b1 M0 12ab -07 1.2.3.4 10.20.30.40'.split(' '),
);
const rows = fc.array(
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), digits, fc.constantFrom(' ', ' ', ',')), { maxLength: 20 })
    .map((parts) => encodeUtf8(parts.join(''))),
  { minLength: 1, maxLength: 40 },
);

/** Messages of one batch, with their places. */
function placed(messages: readonly Uint8Array[]) {
  const bytes = Uint8Array.from(messages.flatMap((message) => [...message, 0x0a]));
  const end = new Int32Array(messages.length);
  const start = Int32Array.from(messages, (message, i) => {
    const at = i === 0 ? 0 : (end[i - 1] ?? 0) + 1;
    end[i] = at + message.length;
    return at;
  });
  return { bytes, start, end };
}

it.each([
  ['the default masks', defaultMasks],
  ['masks that tell digits apart', [{ kind: 'ODD', pattern: '[13579]{2,}' }]],
  ['masks that tell a later 0 apart', [{ kind: 'ROUND', pattern: '\\d0+' }]],
  ['masks with blanks', [{ kind: 'PAIR', pattern: '\\d+ \\d+' }]],
])('finds the same in many messages as in each alone, with %s', (_, masks: readonly MaskRule[]) => {
  const own = createScanner(masks);
  fc.assert(
    fc.property(rows, (messages) => {
      const { bytes, start, end } = placed(messages);
      for (let row = 0; row < messages.length; ) {
        const count = own.scanRows(bytes, start, end, row);
        const found: ScannedRows = {
          shapes: own.rows.shapes.slice(0, 2 * count),
          tokens: own.rows.tokens.slice(0, count),
          hashes: own.rows.hashes.slice(),
        };
        for (let i = 0; i < count; i++, row++) {
          const tokens = own.recall(found, i, start[row] ?? 0, end[row] ?? 0);
          const hashes = [...own.hashes.subarray(0, 2 * tokens)];
          const texts = hashes.flatMap((_hash, token) => (token < tokens ? own.textOf(bytes, token) : []));
          expect(own.scan(bytes, start[row] ?? 0, end[row] ?? 0)).toBe(tokens);
          expect(hashes).toEqual([...own.hashes.subarray(0, 2 * tokens)]);
          expect(texts).toEqual(hashes.flatMap((_hash, token) => (token < tokens ? own.textOf(bytes, token) : [])));
          expect([...found.shapes.subarray(2 * i, 2 * i + 2)]).toEqual([...own.found.subarray(0, 2)]);
        }
      }
    }),
    { numRuns: 1500 },
  );
});

it('remembers no word that is part of a mask where a sign comes behind a blank', () => {
  const own = createScanner([{ kind: 'TO', pattern: 'mail [a-z]*@' }]);
  const { bytes, start, end } = placed(['mail bob now', 'mail bob@ now'].map(encodeUtf8));
  own.scanRows(bytes, start, end, 0);
  expect([...own.rows.tokens.subarray(0, 2)]).toEqual([3, 5]);
});

it('finds the shapes of a batch that is larger than its window', () => {
  const messages = Array.from({ length: 9000 }, (_, i) =>
    encodeUtf8(
      i % 1000 === 7 ? `${'long '.repeat(5000)}${i}` : `user${i % 300} from 10.0.${i % 256}.${i % 11} took ${i} ms`,
    ),
  );
  const { bytes, start, end } = placed(messages);
  let row = 0;
  while (row < messages.length) {
    const count = scanner.scanRows(bytes, start, end, row);
    const shapes = scanner.rows.shapes.slice(0, 2 * count);
    for (let i = 0; i < count; i += 97) {
      scanner.scan(bytes, start[row + i] ?? 0, end[row + i] ?? 0);
      expect([...shapes.subarray(2 * i, 2 * i + 2)]).toEqual([...scanner.found.subarray(0, 2)]);
    }
    row += count;
  }
});
