import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { caracal, expectRefused, TINY } from './support/cli.ts';
import { sshdLines, workspace } from './support/workspace.ts';

const { folder, path, write } = workspace();
const log = write('good.log', sshdLines(200).join('\n'));
const csv = write('train.csv', `id,keys\n${'s,5 5 22\n'.repeat(40)}`);

/** Every verb with all that it must have. */
const whole: [verb: string, ...more: string[]][] = [
  ['scan', log],
  ['demo', '--days', '1'],
  ['simulate', '--out', path('out')],
  ['parse', log],
  ['train', log, '--out', path('out')],
  ['detect', log, '--model-dir', path('model')],
  ['evaluate', '--train', csv, '--test', csv],
  ['doctor', log],
];

describe('a command line', () => {
  it('without a command shows all of them', async () => {
    const { code, out } = await caracal([]);
    expect(code).toBe(2);
    for (const [verb] of whole) expect(out).toContain(`  ${verb} `);
    expect((await caracal(['--help'])).code).toBe(0);
  });

  it.each(whole)('of %s explains its flags, without colours where nobody would see them', async (verb) => {
    const { code, out, err } = await caracal([verb, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`caracal ${verb}`);
    expect(out).toContain('--json');
    expect(out).not.toContain('\x1b');
  });

  it('explains which files, formats, models and numbers it takes', async () => {
    const help = async (verb: string): Promise<string> => (await caracal([verb, '--help'])).out;
    for (const verb of ['scan', 'parse', 'train', 'detect', 'doctor']) {
      expect(await help(verb)).toContain(`caracal ${verb} [OPTIONS] FILE...`);
      expect(await help(verb)).toMatch(/--format=<name> .*rfc3164, rfc5424, .*auditd.*, text\n/);
    }
    for (const verb of ['train', 'evaluate', 'scan']) {
      expect(await help(verb)).toMatch(/--model=<name> .*deeplog, logmamba, /);
      for (const flag of ['window', 'embedding', 'hidden', 'epochs', 'lr']) {
        expect(await help(verb)).toMatch(new RegExp(`--${flag}=<[nx]> .*\\(deeplog: [\\d.]+\\).*\n`));
      }
    }
    expect(await help('demo')).toContain('hosts of the company, 7 to 40');
  });

  it('of detect takes no settings of a parser, which the model brings along', async () => {
    for (const flag of ['--depth', '--sim-threshold', '--parser', '--max-children']) {
      expectRefused(await caracal(['detect', log, '--model-dir', path('model'), flag, '4']), `'${flag}'`);
    }
  });

  it.each([
    ['scna', 'scan'],
    ['sacn', 'scan'],
    ['detct', 'detect'],
    ['evaluat', 'evaluate'],
  ])('with an unknown command %s says that %s may be meant', async (wrong, right) => {
    expectRefused(await caracal([wrong]), `no command '${wrong}'`, `Did you mean '${right}'?`);
  });

  it('with a command like no other says where to look', async () => {
    const run = await caracal(['frobnicate']);
    expectRefused(run, 'caracal --help');
    expect(run.err).not.toContain('Did you mean');
  });

  it.each(whole)('of %s with an unknown flag says which may be meant, and does nothing', async (verb, ...more) => {
    expectRefused(
      await caracal([verb, ...more, '--jsno']),
      "'--jsno'",
      'Did you mean --json?',
      `caracal ${verb} --help`,
    );
    expectRefused(await caracal([verb, ...more, '--hlep']), 'Did you mean --help?');
    expectRefused(await caracal([verb, ...more, '-x']), "'-x'", `caracal ${verb} --help`);
    expect(existsSync(path('out'))).toBe(false);
  });

  it.each([
    ['scan', 'nothing to scan'],
    ['parse', 'nothing to parse'],
    ['doctor', 'nothing to look at'],
    ['train', '--out'],
    ['detect', '--model-dir'],
    ['evaluate', '--train'],
    ['simulate', '--out'],
  ])('of %s without what it needs says so', async (verb, what) => {
    expectRefused(await caracal([verb]), what);
  });
});

describe('a flag', () => {
  it.each([
    [['--epochs', 'x'], '--epochs x: give a whole number, at least 1'],
    [['--epochs=-3'], '--epochs -3: give a whole number'],
    [['--epochs', '-3'], '--epochs needs a value; one that begins with a dash is written --epochs=-VALUE'],
    [['--epochs'], '--epochs needs a value'],
    [['--epochs='], '--epochs is empty: give a whole number'],
    [['--hidden', '10000000'], '--hidden 10000000: give a whole number, at least 1 and at most 4096'],
    [['--seed', '1.5'], '--seed 1.5: give a whole number'],
    [['--lr', '0'], '--lr 0: give a number'],
    [['--validation-split', '1'], '--validation-split 1: give a number, at least 0 and at most 0.9'],
    [['--threads', '0'], '--threads 0: give a whole number'],
    [['--folds', '2'], '--folds 2: give a whole number, at least 3'],
    [['--beta', 'NaN'], '--beta NaN: give a number'],
    [['--max-windows', '0'], '--max-windows 0: give a whole number'],
    [['--year', '17'], '--year 17: give a whole number, at least 1970'],
    [['--timezone', 'Mars'], 'No time zone is called "Mars". Give an IANA name'],
    [['--format', 'xml'], 'No input format is called "xml". Choose one of: rfc3164'],
    [['--session', 'planet'], '--session planet: no such field. Use process, host'],
    [['--session', '('], '--session: Invalid regular expression'],
    [['--depth', '2'], '--depth 2: give a whole number, at least 3'],
    [['--model', 'deplog'], '--model deplog: there is no such model. Use deeplog'],
    [['--fail-on', 'rain'], '--fail-on rain: use window or alert'],
    [['--train-until', 'soon'], '--train-until soon: is no time. Give ISO 8601'],
    [
      ['--train-until', '2031-01-01'],
      'no log line lies after it. Choose a time inside the log, which goes from 2017-03-27',
    ],
    [['--train-until', '1999-01-01'], '0 log lines lie before it, at least 50 are needed'],
  ])('%j is refused with the next step', async (flags, message) => {
    expectRefused(await caracal(['scan', log, ...flags]), message);
  });

  it.each([
    [['--days', '0'], /days is 0; give a whole number from 1/],
    [['--hosts', '1e9'], /hosts is 1000000000; give a whole number/],
    [['--scale', 'big'], /--scale big: give a number/],
  ])('%j of simulate is refused with its bounds', async (flags, message) => {
    const run = await caracal(['simulate', '--out', path('out'), ...flags]);
    expect(run).toMatchObject({ code: 2, out: '' });
    expect(run.err).toMatch(message);
  });
});

describe('an output', () => {
  const writers: [verb: string, ...more: string[]][] = [
    ['train', log, ...TINY],
    ['parse', log],
    ['simulate', '--days', '1', '--scale', '0.1'],
    ['demo', '--days', '1', '--scale', '0.1'],
  ];

  it.each(writers)('of %s that cannot be written is refused', async (verb, ...more) => {
    const below = `${write('file', '')}/model`;
    expectRefused(await caracal([verb, ...more, '--out', below]), below, 'cannot be written', 'Choose another --out');
  });

  it.each(writers)('of %s without a name is refused', async (verb, ...more) => {
    expectRefused(await caracal([verb, ...more, '--out', '']), '--out is empty: name a directory.');
  });

  it.each(writers)('of %s never replaces files that are none of its own', async (verb, ...more) => {
    const before = readdirSync(folder);
    expectRefused(
      await caracal([verb, ...more, '--out', folder]),
      'holds other files already',
      'new or empty directory',
    );
    expect(readdirSync(folder)).toEqual(before);
  });
});
