import { expect, it } from 'vitest';
import { readDrain3Ini } from '../src/cli/drain3-ini.ts';
import { createParser } from '../src/parse/index.ts';
import { caracal } from './support/cli.ts';
import { workspace } from './support/workspace.ts';

const { write } = workspace();

const INI = String.raw`; as its users write it
[SNAPSHOT]
compress_state = True

[MASKING]
masking = [
          {"regex_pattern":"((?<=[^A-Za-z0-9])|^)(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})((?=[^A-Za-z0-9])|$)", "mask_with": "ADDR"},
          {"regex_pattern":"((?<=[^A-Za-z0-9])|^)([\\-\\+]?\\d+)((?=[^A-Za-z0-9])|$)", "mask_with": "N"}
          ]
mask_prefix = <:

[DRAIN]
sim_th = 0.5
depth = 5
max_children = 50
max_clusters = 1024
extra_delimiters = []
`;

it('takes over settings and masks', () => {
  const options = readDrain3Ini(write('drain3.ini', INI));
  expect(options).toMatchObject({ simThreshold: 0.5, depth: 5, maxChildren: 50, maxClusters: 1024 });
  expect(createParser('drain', options).parameters('from 10.0.0.1 port -22 x9')).toEqual([
    { kind: 'ADDR', value: '10.0.0.1' },
    { kind: 'N', value: '-22' },
  ]);
});

it.each(['parse', 'doctor'])('tells what a mask costs that is no regular language: %s', async (verb) => {
  const masking = String.raw`[MASKING]
masking = [{"regex_pattern":"(?<=executed cmd )(\".+?\")", "mask_with":"CMD"}]
`;
  const log = write('c.log', 'run executed cmd "rm x"\nrun executed cmd "ls -l x"\n');
  const ini = write('slow.ini', masking);
  const run = await caracal([verb, log, '--format', 'text', '--drain3-ini', ini, '--json']);
  expect(run.ofType('warning')).toContainEqual(
    expect.objectContaining({ code: 'slow-mask', file: 'mask <CMD>', count: 2 }),
  );
  if (verb === 'parse') expect(run.ofType('template').map(({ text }) => text)).toEqual(['run executed cmd <CMD>']);
});

it('takes over delimiters', () => {
  const ini = String.raw`[DRAIN]
extra_delimiters = ["_", '=', ',', "\"]
`;
  const options = readDrain3Ini(write('delimiters.ini', ini));
  expect(options).toEqual({ delimiters: '_=,\\' });
  const parser = createParser('drain', options);
  expect(parser.match('a_b=c,d')).toBe(-1);
  expect(readDrain3Ini(write('none.ini', '[DRAIN]\nextra_delimiters = []\n'))).toEqual({});
});

it('parses with delimiters of the command line', async () => {
  const log = write('b.log', 'open user=ann,uid=7\nopen user=bob,uid=8\n');
  const run = await caracal(['parse', log, '--format', 'text', '--delimiters', '=,', '--json']);
  expect(run.ofType('template').map(({ text }) => text)).toEqual(['open user <*> uid <NUM>']);
});

it('parses with it', async () => {
  const run = await caracal([
    'parse',
    write('a.log', 'from 10.0.0.1 on\nfrom 10.0.0.2 on\n'),
    '--format',
    'text',
    '--drain3-ini',
    write('drain3.ini', INI),
    '--json',
  ]);
  expect(run.ofType('template').map(({ text }) => text)).toEqual(['from <ADDR> on']);
});

it.each([
  ['[DRAIN]\nsim_th = high\n', 'sim_th'],
  ['sim_th = 0.5\n', 'line 1'],
  ['[DRAIN]\nextra_delimiters = ["_", "ab"]\n', 'extra_delimiters has "ab"'],
  ['[DRAIN]\nextra_delimiters = _\n', 'extra_delimiters has _'],
  ['[MASKING]\nmasking = {\n', 'masking'],
  ['[MASKING]\nmasking = [{"regex_pattern":"(?P<x>b)","mask_with":"ODD"}]\n', 'ODD'],
])('refuses %j by name', (text, named) => {
  expect(() => readDrain3Ini(write('bad.ini', text))).toThrow(
    expect.objectContaining({ code: 'E_CONFIG', message: expect.stringContaining(named) }),
  );
});
